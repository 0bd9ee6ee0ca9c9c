import type { Db } from '../store/database.ts';
import { Vault } from '../store/files/vault.ts';
import type { KeyRing } from '../base/key-ring.ts';
import type { Clock } from '../base/clock.ts';
import { idsFrom, type NewId } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import { ChannelService } from '../queue/channel-service.ts';
import { ChannelTemplates } from '../queue/channel-templates.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason, type RenderReason } from '../messages/reasons.ts';
import type { HeartbeatCall } from '../system/heartbeat-sender.ts';
import type { ChannelAdapters } from '../queue/channel-configs.ts';
import { openTables, type Tables } from '../store/tables.ts';
import type { SharedLog } from '../store/shared-log.ts';
import { Writer } from '../store/writer.ts';
import { SettingsService } from '../system/settings-service.ts';

/** The objects from which every part of the core is built. */
export interface Shared {
  readonly writer: Writer;
  readonly newId: NewId;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
  readonly tables: Tables;
  readonly channels: ChannelService;
  readonly settings: SettingsService;
  readonly dataKeys: KeyRing;
  /** The catalogue in the language of the settings. */
  readonly messages: () => Messages;
  readonly render: RenderReason;
}

export interface CoreOptions {
  readonly adapters: ChannelAdapters;
  /** Calls what watches Belfry. */
  readonly callHeartbeat: HeartbeatCall;
  /** The keys that seal secrets at rest. */
  readonly dataKeys: KeyRing;
  readonly clock: Clock;
  /** Uniform in [0, 1); for retry jitter. */
  readonly random: () => number;
  readonly logger: Logger;
  /** The host's locales as BCP 47 tags, the favourite first. */
  readonly locales: readonly string[];
  /** The log of all cores of a cluster; left out where this core is alone. */
  readonly sharedLog?: SharedLog | undefined;
  /** The time for which a stop waits for sends in flight, in ms. */
  readonly drainMs: number;
}

/** Opens the tables and builds what every part shares. `wake` makes the scheduler look again. */
export function openShared(db: Db, options: CoreOptions, wake: () => void): Shared {
  const { clock, logger, adapters, dataKeys, locales } = options;
  const tables = openTables(db);
  const { audit, notifications } = tables;
  const writer = new Writer(db, clock, logger, options.sharedLog);
  const newId = idsFrom(clock);
  const vault = new Vault(dataKeys);
  const rows = tables.settings;
  const settings = new SettingsService({ settings: rows, audit, writer, clock, vault, locales });
  const messages = () => settings.messages();
  const channels = new ChannelService({
    tables,
    rows: tables.channels,
    notifications,
    vault,
    adapters,
    templates: new ChannelTemplates({ clock, logger }),
    settings,
    writer,
    clock,
    logger,
    newId,
    messages,
  });
  const render: RenderReason = (reason) => renderReason(messages(), reason);
  const base = { tables, writer, newId, clock, logger, wake, dataKeys };
  return { ...base, channels, settings, messages, render };
}
