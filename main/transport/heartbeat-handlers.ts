import type { Heartbeat } from '../contract/heartbeat.ts';
import { jobInput } from '../contract/job.ts';
import { ok } from '../contract/result.ts';
import type { Caller } from '../domain/caller.ts';
import type { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import type { JobIntake } from '../heartbeats/job-intake.ts';
import { readJobReport } from '../ingest/job-report-adapter.ts';
import { grants, type Handlers } from './dispatch.ts';
import { ingestItems } from './item-ingest.ts';

export interface HeartbeatHandlersDeps {
  readonly heartbeats: HeartbeatService;
  readonly jobs: JobIntake;
}

type HeartbeatHandlers = Pick<
  Handlers,
  | 'heartbeats.list'
  | 'heartbeats.get'
  | 'heartbeats.create'
  | 'heartbeats.update'
  | 'heartbeats.delete'
  | 'heartbeats.pause'
  | 'heartbeats.resume'
  | 'jobs.ingest'
>;

/** The contract's methods about heartbeats and the jobs that they can watch. */
export function heartbeatHandlers({ heartbeats, jobs }: HeartbeatHandlersDeps): HeartbeatHandlers {
  return {
    'heartbeats.list': (_input, caller) =>
      ok({ items: heartbeats.list().map((heartbeat) => shownTo(caller, heartbeat)) }),
    'heartbeats.get': ({ id }, caller) => {
      const found = heartbeats.detail(id);
      return found.ok ? ok(shownTo(caller, found.value)) : found;
    },
    'heartbeats.create': (input, { actor }) => heartbeats.create(input, actor),
    'heartbeats.update': (input, { actor }) => heartbeats.update(input, actor),
    'heartbeats.delete': ({ id }, { actor }) => heartbeats.delete(id, actor),
    'heartbeats.pause': ({ id }, { actor }) => heartbeats.pause(id, actor),
    'heartbeats.resume': ({ id }, { actor }) => heartbeats.resume(id, actor),
    'jobs.ingest': (input, { source }) =>
      ingestItems(input, {
        schema: jobInput,
        read: (item) => readJobReport(item, source),
        store: (reports) => jobs.ingest(reports),
      }),
  };
}

/** Whoever knows the ping id may ping, which takes more than the scope to read. */
const shownTo = <T extends Heartbeat>({ scope }: Caller, heartbeat: T): T =>
  grants(scope, 'operate') ? heartbeat : { ...heartbeat, pingId: null };
