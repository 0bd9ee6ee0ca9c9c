import type { Heartbeat } from '../contract/heartbeat.ts';
import type { ConditionEvent } from './condition-event.ts';

/** The source of every heartbeat's alert. */
const SOURCE = 'heartbeat';

export type Watched = Readonly<Pick<Heartbeat, 'id' | 'name' | 'host' | 'kind' | 'severity'>>;

/** What a run with warnings raises: the job is alive, so its heartbeat is not down. */
export const warningCondition = (
  watched: Watched,
  status: ConditionEvent['status'],
  message: string,
): ConditionEvent => ({
  ...heartbeatCondition(watched, status, message),
  kind: 'run_warning',
  severity: 'warning',
});

/** The report that a heartbeat is down, or no longer. Its id tells several of one host and kind apart. */
export const heartbeatCondition = (
  { id, name, host, kind, severity }: Watched,
  status: ConditionEvent['status'],
  message: string,
): ConditionEvent => ({
  source: SOURCE,
  host,
  kind,
  dedupKey: id,
  status,
  severity,
  message,
  labels: { heartbeat: name },
  annotations: {},
  url: null,
  // Belfry says so itself, by its own clock and just now.
  occurredAt: null,
  endsAt: null,
});
