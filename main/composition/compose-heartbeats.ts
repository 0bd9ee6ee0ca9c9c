import { randomUUID } from 'node:crypto';
import type { AlertEngine } from '../alerts/engine.ts';
import { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import { HeartbeatPings } from '../heartbeats/heartbeat-pings.ts';
import { HeartbeatWriter, type HeartbeatWriterDeps } from '../heartbeats/heartbeat-writer.ts';
import { HeartbeatWatch } from '../heartbeats/heartbeat-watch.ts';
import { JobIntake, type JobIntakeDeps } from '../heartbeats/job-intake.ts';
import type { Shared } from './compose-shared.ts';

/** Dead-man's switches, which raise and resolve through the engine. */
export function buildHeartbeats(shared: Shared & { readonly engine: AlertEngine }) {
  const { tables, engine } = shared;
  const common = { ...tables, ...shared, messages: () => shared.settings.messages() };
  const apply: JobIntakeDeps['apply'] = (unit, event, now) => engine.apply(unit, event, now);
  const openMessage: HeartbeatWriterDeps['openMessage'] = (event) =>
    tables.alerts.openByIdentity(event)?.message ?? null;
  const record = new HeartbeatWriter({ ...common, apply, openMessage });
  const book = new HeartbeatService({
    ...common,
    rows: tables.heartbeats,
    record,
    newPingId: () => randomUUID(),
  });
  const pings = new HeartbeatPings({ ...common, record, book });
  return {
    book,
    pings,
    jobs: new JobIntake({ ...common, pings, apply }),
    watch: new HeartbeatWatch({ ...common, record }),
    downCount: () => tables.heartbeats.countDown(),
  };
}
