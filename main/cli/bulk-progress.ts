import type { Clock } from '../base/clock.ts';
import type { BulkJob } from '../contract/notification.ts';
import { fail, ok, type Failure, type Result } from '../contract/result.ts';
import { EXIT } from './exit-codes.ts';
import { amount, counted, localTime } from './output/amounts.ts';
import { DONE, print, type Caller, type CommandResult, type Session } from './session.ts';

/** Short at first, since most work is done in a moment; then so that a long one costs next to nothing. */
const POLL_FIRST_MS = 50;
const POLL_MAX_MS = 1_000;

const PROGRESS: Record<BulkJob['action'], string> = {
  requeue: 'Requeued',
  summarise: 'Summarised',
  retry: 'Retrying',
  discard: 'Discarded',
  undo_discard: 'Brought back',
};

/** `Requeued 1,234 of 5,000`. */
export const progressText = ({ action, changed, total }: BulkJob): string =>
  `${PROGRESS[action]} ${amount(changed)} of ${counted(total, 'notification')}`;

/** `902 obsolete ones were skipped`; empty when none was. */
export const skippedText = ({ action, skipped }: BulkJob): string =>
  skipped === 0 ? '' : `${amount(skipped)} ${action === 'retry' ? 'held' : 'obsolete'} skipped`;

/**
 * Looks at bulk work until it has ended or `stopped` resolves; the job as it was last seen. It goes on
 * without us.
 */
export async function watchBulk(
  client: Caller,
  clock: Clock,
  started: BulkJob,
  stopped: Promise<void>,
  onSeen: (job: BulkJob) => void,
): Promise<Result<BulkJob>> {
  let job = started;
  let pauseMs = POLL_FIRST_MS;
  const stop = stopped.then(() => null);
  while (job.state === 'running') {
    onSeen(job);
    const pause = Promise.withResolvers<void>();
    using _timer = clock.after(pauseMs, pause.resolve);
    if ((await Promise.race([pause.promise, stop])) === null) return ok(job);
    const seen = await Promise.race([client.call('bulk.get', { id: job.id }), stop]);
    if (seen === null) return ok(job);
    if (!seen.ok) return seen;
    job = seen.value;
    pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS);
  }
  return ok(job);
}

async function waitForEnd(session: Session, started: BulkJob): Promise<Result<BulkJob>> {
  const { client, terminal, clock } = session;
  using interruption = terminal.interruption();
  return await watchBulk(client, clock, started, interruption.happened, (job) =>
    terminal.progress(progressText(job)),
  );
}

export interface Following {
  /** Whether to stay until it is done. */
  readonly wait: boolean;
  /** Whether one that stayed as it was is a failure, as when somebody named each. */
  readonly everyOne: boolean;
}

/** Waits for bulk work unless told not to, and says how it went. */
export async function follow(
  session: Session,
  started: Result<BulkJob>,
  { wait, everyOne }: Following,
): Promise<CommandResult> {
  if (!started.ok) return started;
  const { terminal } = session;
  const last = wait ? await waitForEnd(session, started.value) : started;
  if (!last.ok) return outOfSight(started.value, last.error);
  const job = last.value;
  print(session, job, (it) => `${[progressText(it), skippedText(it)].filter(Boolean).join(', ')}.`);
  if (job.state === 'running') {
    terminal.note(
      `The work goes on. "belfry dead-letters jobs" shows it, "belfry dead-letters cancel ${job.id}" stops it.`,
    );
    return ok(wait ? EXIT.interrupted : EXIT.ok);
  }
  if (job.undoUntil !== null && job.changed > 0) {
    terminal.note(`Until ${localTime(job.undoUntil)}: belfry dead-letters undo ${job.id}`);
  }
  return endOf(job, everyOne);
}

/** What was started is on the server's disk, whatever became of the connection. */
const outOfSight = (job: BulkJob, { code, message }: Failure): CommandResult =>
  fail(code, `The work was started (${job.id}), but then: ${message}`);

function endOf(job: BulkJob, everyOne: boolean): CommandResult {
  if (job.state === 'failed') return fail('internal', job.problem ?? 'The work failed.');
  if (job.state === 'cancelled') return fail('internal', 'Somebody stopped the work.');
  if (!everyOne || job.unchanged === 0) return DONE;
  return fail(
    'wrong_state',
    `${counted(job.unchanged, 'notification')} stayed as before: in another state already, or not there.`,
  );
}
