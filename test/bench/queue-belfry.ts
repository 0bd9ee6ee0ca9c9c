import type { ChannelAdapter } from '../../main/channels/channel-adapter.ts';
import { systemClock, systemRandom } from '../../main/base/clock.ts';
import type { Logger } from '../../main/base/logger.ts';
import { createAdapters } from '../../main/channels/channel-registry.ts';
import { buildCore } from '../../main/core.ts';
import { sent } from '../../main/domain/outcome.ts';
import { openDatabase } from '../../main/store/database.ts';
import { JOBS, reportJobs, snapshot } from './queue-jobs.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

/** Belfry's own queue claims and settles JOBS notifications whose sending does nothing. */

const [dir = ''] = process.argv.slice(2);
const clock = systemClock;
const logger: Logger = { log: (level, message) => console.error(level, message) };

const nothing = () => Promise.reject(new Error('The bench sends nothing.'));
const adapters = createAdapters(
  nothing,
  { show: nothing, close: () => undefined },
  () => null,
  () => '',
);
const webhook: ChannelAdapter<unknown> = {
  ...adapters.webhook,
  send: () => Promise.resolve(sent({ statusCode: 204 })),
};

const db = openDatabase(dir);
const core = buildCore(db, {
  adapters: { ...adapters, webhook },
  callHeartbeat: () => Promise.resolve(null),
  dataKeys: new KeyRing([Buffer.alloc(32)]),
  locales: ['en'],
  clock,
  random: systemRandom,
  logger,
  drainMs: 0,
});
const { channels, worker, scheduler, tables, writer, newId } = core;

const created = await channels.collection.create(
  { kind: 'webhook', name: 'bench', config: { url: 'http://127.0.0.1/' }, enabled: true },
  'bench',
);
if (!created.ok) throw new Error(created.error.message);
const channel = created.value;
await writer.submit(() => {
  for (let n = 0; n < JOBS; n += 1) {
    const alert = snapshot(n);
    tables.notifications.insert({
      id: newId(),
      alertId: alert.id,
      conditionId: n,
      channelId: channel.id,
      channelName: channel.name,
      event: 'raised',
      isMessage: false,
      snapshot: alert,
      dueAt: 0,
      createdAt: clock.now(),
      routeId: null,
      bundleId: null,
      hold: null,
    });
  }
});

const settled = Promise.withResolvers<void>();
let changed = 0;
writer.onCommitted(({ changes }) => {
  changed += changes.length;
  if (changed >= JOBS) settled.resolve();
});

const startedAt = performance.now();
await worker.start();
scheduler.start();
await settled.promise;
const elapsedMs = performance.now() - startedAt;
const sentCount = db.value<number>("SELECT count(*) FROM notifications WHERE status = 'sent'");
if (sentCount !== JOBS) throw new Error(`${sentCount} of ${JOBS} notifications are sent`);
reportJobs(elapsedMs, `synchronous ${String(db.pragma('synchronous', { simple: true }))}`);
await scheduler.stop();
await worker.stop();
db.close();
process.disconnect();
