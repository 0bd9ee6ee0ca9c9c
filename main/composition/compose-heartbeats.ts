import { randomUUID } from 'node:crypto';
import type { AlertEngine } from '../alerts/engine.ts';
import { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import { HeartbeatPings } from '../heartbeats/heartbeat-pings.ts';
import { HeartbeatWriter } from '../heartbeats/heartbeat-writer.ts';
import { HeartbeatWatch } from '../heartbeats/heartbeat-watch.ts';
import { JobIntake, type JobIntakeDeps } from '../heartbeats/job-intake.ts';
import type { Shared } from './compose-shared.ts';

/** Builds dead-man's switches, which raise and resolve through the engine. */
export function buildHeartbeats(
  { tables, writer, clock, logger, newId, wake, messages }: Shared,
  engine: AlertEngine,
) {
  const apply: JobIntakeDeps['apply'] = (unit, event, now) => engine.apply(unit, event, now);
  const record = new HeartbeatWriter({
    tables,
    apply,
    openMessage: (event) => tables.alerts.openByIdentity(event)?.message ?? null,
    messages,
  });
  const service = new HeartbeatService({
    tables,
    record,
    writer,
    clock,
    newId,
    newPingId: () => randomUUID(),
    messages,
  });
  const pings = new HeartbeatPings({ tables, record, service, writer, clock, messages });
  return {
    service,
    pings,
    jobs: new JobIntake({ pings, apply, writer, clock }),
    watch: new HeartbeatWatch({ tables, record, writer, clock, logger, wake, messages }),
    downCount: () => tables.heartbeats.countDown(),
  };
}
