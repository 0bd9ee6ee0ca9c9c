import { Cron } from 'croner';
import { errorText } from '../base/logger.ts';
import type { HeartbeatSchedule } from '../contract/heartbeat.ts';
import type { Result } from '../contract/result.ts';
import type { MaintenanceSchedule } from '../contract/suppression.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { refuseField } from '../messages/failures.ts';

/**
 * The runs of one cron expression. At a daylight-saving change, an expression whose hour and minute are
 * numbers (lists and ranges included) runs once: when the clock jumps if its time is skipped, and the
 * first time if it occurs twice. One with a wildcard or step follows the clock: skipped times do not
 * run, repeated ones run twice. (Vixie cron draws the same line.)
 */
export interface CronRuns {
  /** The first run after `after` (both ms UTC); null when there is none any more. */
  next(after: number): number | null;
  /** The last run before `before` (both ms UTC); null when there was none. */
  previous(before: number): number | null;
}

/**
 * Any moment will do to see whether an expression ever runs, since none can name a year; a fixed one
 * keeps the answer the same at every start.
 */
const SOME_MOMENT = Date.UTC(2026, 0, 1);

/** Five fields, six with seconds first, or a nickname such as `@daily`. Throws when it is none of these. */
function compile(expression: string, timeZone: string): Cron {
  const cron = new Cron(expression, {
    timezone: timeZone,
    paused: true,
    mode: '5-or-6-parts',
    fixedTimeRule: 'no-wildcard',
  });
  // Croner takes a single date for an expression as well; nothing that recurs is meant by it.
  if (cron.getPattern() === undefined) throw new TypeError('a date does not recur');
  return cron;
}

/**
 * Returns what is wrong with an expression; null when it is fine. One that never comes (30 February) is
 * refused too, since waiting for it would be waiting for ever.
 */
export function cronProblem(expression: string, timeZone: string): IssueReason | null {
  let cron: Cron;
  try {
    cron = compile(expression, timeZone);
  } catch (thrown) {
    const error = errorText(thrown).replace(/^Cron[A-Za-z]*: /, '');
    return { code: 'issue.cron', params: { error } };
  }
  return cron.nextRun(new Date(SOME_MOMENT)) === null
    ? { code: 'issue.cron_never', params: {} }
    : null;
}

/** Refuses a cron expression that is none, or never comes. */
export function scheduleProblem(
  schedule: MaintenanceSchedule | HeartbeatSchedule,
): Result<never> | null {
  if (schedule.type !== 'cron') return null;
  const problem = cronProblem(schedule.expression, schedule.timeZone);
  return problem === null ? null : refuseField('invalid_input', 'schedule.expression', problem);
}

/** Throws when `cronProblem` has something to say. */
export function cronRuns(expression: string, timeZone: string): CronRuns {
  const cron = compile(expression, timeZone);
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    previous: (before) => cron.previousRuns(1, new Date(before))[0]?.getTime() ?? null,
  };
}

/**
 * The first run after `after` (both ms UTC), null when there is none any more. Throws when `cronProblem`
 * has something to say.
 */
export function nextCronRun(expression: string, timeZone: string, after: number): number | null {
  return cronRuns(expression, timeZone).next(after);
}
