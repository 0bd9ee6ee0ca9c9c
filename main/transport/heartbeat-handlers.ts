import type { Heartbeat } from '../contract/heartbeat.ts';
import { jobInput } from '../contract/job.ts';
import { ok } from '../contract/result.ts';
import type { Caller } from '../domain/caller.ts';
import type { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import type { JobIntake } from '../heartbeats/job-intake.ts';
import { readJobReport } from '../ingest/job-report-adapter.ts';
import { grants, type Handlers } from './dispatch.ts';
import { collectionHandlers, forwardId } from './forward.ts';
import { ingestItems } from './item-ingest.ts';

export interface HeartbeatHandlersDeps {
  readonly heartbeats: HeartbeatService;
  readonly jobs: JobIntake;
}

/** The contract's methods about heartbeats and the jobs that they can watch. */
export function heartbeatHandlers({ heartbeats, jobs }: HeartbeatHandlersDeps) {
  return {
    ...collectionHandlers('heartbeats', heartbeats.collection),
    'heartbeats.list': (_input, caller) =>
      ok({ items: heartbeats.collection.list().map((heartbeat) => shownTo(caller, heartbeat)) }),
    'heartbeats.get': ({ id }, caller) => {
      const found = heartbeats.detail(id);
      return found.ok ? ok(shownTo(caller, found.value)) : found;
    },
    ...forwardId('heartbeats', ['pause', 'resume'], heartbeats),
    'jobs.ingest': (input, { source }) =>
      ingestItems(input, {
        schema: jobInput,
        read: (item) => readJobReport(item, source),
        store: (reports) => jobs.ingest(reports),
      }),
  } satisfies Partial<Handlers>;
}

/** Whoever knows the ping id may ping, which takes more than the scope to read. */
const shownTo = <T extends Heartbeat>({ scope }: Caller, heartbeat: T): T =>
  grants(scope, 'operate') ? heartbeat : { ...heartbeat, pingId: null };
