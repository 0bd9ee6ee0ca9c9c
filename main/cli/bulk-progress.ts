import type { Clock } from '../base/clock.ts';
import type { BulkJob } from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import { type Caller, type CommandResult, DONE, EXIT, type Session, print } from './session.ts';
import { localTime } from './output/look.ts';

/** Short at first, since most work is done in a moment; then so that a long one costs next to nothing. */
const POLL_FIRST_MS = 50;
const POLL_MAX_MS = 1_000;

/** Returns the progress and what was skipped: `Requeued 1,234 of 5,000 notifications, 902 obsolete skipped`. */
export function progressText(messages: Messages, job: BulkJob): string {
  const { action, changed, skipped, total } = job;
  const skippedKey = action === 'retry' ? 'cli.bulk.skippedHeld' : 'cli.bulk.skippedObsolete';
  return [
    messages.text(`cli.bulk.progress.${action}`, { changed, count: total }),
    ...(skipped === 0 ? [] : [messages.text(skippedKey, { count: skipped })]),
  ].join(', ');
}

/**
 * Polls bulk work until it has ended or `stopped` resolves, and returns the job as last seen. The work
 * continues without us.
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
  const { client, terminal, clock, messages } = session;
  using interruption = terminal.interruption();
  return await watchBulk(client, clock, started, interruption.happened, (job) =>
    terminal.progress(progressText(messages, job)),
  );
}

/**
 * Waits for bulk work if wanted, and prints the result. With `everyOne` an unchanged notification is a
 * failure, as when somebody named each.
 */
export async function follow(
  session: Session,
  started: Result<BulkJob>,
  wait: boolean,
  everyOne = false,
): Promise<CommandResult> {
  if (!started.ok) return started;
  const { terminal, messages } = session;
  const last = wait ? await waitForEnd(session, started.value) : started;
  if (!last.ok) {
    const { code, message: problem } = last.error;
    // The job is on the server's disk, even if the connection was lost.
    return fail(code, messages.text('cli.bulk.lost', { id: started.value.id, problem }));
  }
  const job = last.value;
  print(session, job, (it) => `${progressText(messages, it)}.`);
  if (job.state === 'running') {
    terminal.note(messages.text('cli.bulk.continues', { id: job.id }));
    return ok(wait ? EXIT.interrupted : EXIT.ok);
  }
  if (job.undoUntil !== null && job.changed > 0) {
    const undo = { until: localTime(job.undoUntil), id: job.id };
    terminal.note(messages.text('cli.bulk.undo', undo));
  }
  return endOf(messages, job, everyOne);
}

function endOf(messages: Messages, job: BulkJob, everyOne: boolean): CommandResult {
  const { state, problem, unchanged } = job;
  if (state === 'failed') return fail('internal', problem ?? messages.text('cli.bulk.failed'));
  if (state === 'cancelled') return fail('internal', messages.text('cli.bulk.cancelled'));
  if (!everyOne || unchanged === 0) return DONE;
  return fail('wrong_state', messages.text('cli.bulk.unchanged', { count: unchanged }));
}
