import type { Attempt } from '../../main/contract/notification.ts';

/** The parts that two attempts are compared by. */
const PARTS = {
  request: ({ request }) => request,
  failure: ({ outcome, failureClass, reason, receiverText }) => [
    ...[outcome, failureClass, JSON.stringify(reason), receiverText],
  ],
  text: ({ templateProblem }) => templateProblem,
  answer: ({ statusCode, responseExcerpt }) => [statusCode, responseExcerpt],
} satisfies Record<string, (attempt: Attempt) => unknown>;
export type AttemptPart = keyof typeof PARTS;

/** Attempts in a row, the oldest first, that went alike. */
export interface AttemptRun {
  readonly attempts: readonly [Attempt, ...Attempt[]];
  /** The parts that differ from the run before it; none for the first. */
  readonly changed: ReadonlySet<AttemptPart>;
}

/** Times, ids and counters differ from answer to answer and say nothing. */
const plain = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replace(/[0-9a-f]{8,}|\d+/giu, '#');

const codeOf = ({ statusCode }: Attempt): number | null => statusCode;

function differences(one: Attempt, other: Attempt): AttemptPart[] {
  const parts = Object.entries(PARTS) as [AttemptPart, (attempt: Attempt) => unknown][];
  return parts
    .filter(
      ([part, of]) =>
        plain(of(one)) !== plain(of(other)) || (part === 'answer' && codeOf(one) !== codeOf(other)),
    )
    .map(([part]) => part);
}

/** Returns the attempts in runs of those that went alike, newest first. A requeue begins another run. */
export function attemptRuns(attempts: readonly Attempt[]): AttemptRun[] {
  const runs: AttemptRun[] = [];
  for (const attempt of attempts.toSorted((a, b) => a.id - b.id)) {
    const before = runs.at(-1);
    const last = before?.attempts.at(-1);
    const changed = last ? differences(last, attempt) : [];
    if (before && last && changed.length === 0 && last.budget === attempt.budget) {
      runs[runs.length - 1] = { ...before, attempts: [...before.attempts, attempt] };
    } else runs.push({ attempts: [attempt], changed: new Set(changed) });
  }
  return runs.reverse();
}
