import { AlertBook } from './alerts/alert-book.ts';
import { AlertEnds } from './alerts/ends.ts';
import { AlertEngine } from './alerts/engine.ts';
import { Outbox } from './alerts/outbox.ts';
import type { Clock } from './base/clock.ts';
import { idsFrom } from './base/ids.ts';
import type { Logger } from './base/logger.ts';
import type { ChannelAdapters } from './queue/channel-book.ts';
import { ChannelBook } from './queue/channel-book.ts';
import { NotificationBook } from './queue/notification-book.ts';
import { Pause } from './queue/pause.ts';
import { Pruner } from './queue/pruner.ts';
import { Settler } from './queue/settler.ts';
import { QueueWorker } from './queue/worker.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import type { Db } from './store/database.ts';
import { openTables } from './store/tables.ts';
import { Vault } from './store/vault.ts';
import { Writer } from './store/writer.ts';
import { SettingsBook } from './system/settings-book.ts';

export interface CoreOptions {
  readonly adapters: ChannelAdapters;
  /** 32 bytes that seal secrets at rest. */
  readonly dataKey: Buffer;
  readonly clock: Clock;
  /** Uniform in [0, 1); for retry jitter. */
  readonly random: () => number;
  readonly logger: Logger;
  /** How long a stop waits for sends in flight, in ms. */
  readonly drainMs: number;
}

export type Core = ReturnType<typeof buildCore>;

/** Queue, scheduler and alert engine over one database: all of Belfry that needs no network of its own. */
export function buildCore(db: Db, options: CoreOptions) {
  const { clock, logger } = options;
  const basics = {
    ...openTables(db),
    writer: new Writer(db, logger),
    newId: idsFrom(clock),
    clock,
    logger,
    wake: () => scheduler.wake(),
  };
  const settings = new SettingsBook(basics);
  const vault = new Vault(options.dataKey);
  const channels = new ChannelBook({ ...basics, vault, adapters: options.adapters });
  const withChannels = { ...basics, channels };

  const pause = new Pause(basics);
  const worker = new QueueWorker({
    ...withChannels,
    settler: new Settler({ ...withChannels, random: options.random }),
    pausedUntil: () => pause.until(),
    drainMs: options.drainMs,
  });
  const notifications = new NotificationBook({ ...withChannels, pages: basics.notificationPages });

  const engine = new AlertEngine({ ...basics, outbox: new Outbox(withChannels) });
  const alerts = new AlertBook({ ...basics, engine, pages: basics.alertPages });
  const resolveTimeoutMs = () => settings.current().resolveTimeoutMs;
  const ends = new AlertEnds({ ...basics, engine, resolveTimeoutMs });
  const pruner = new Pruner({ ...basics, keep: () => settings.current().retention });

  const scheduler = new Scheduler(clock, logger, [worker, ends, pause, pruner]);
  return {
    tables: basics,
    writer: basics.writer,
    newId: basics.newId,
    settings,
    channels,
    pause,
    worker,
    notifications,
    alerts,
    ends,
    scheduler,
    resolveTimeoutMs,
  };
}
