import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { id, queryMoment, timestampMs } from './primitives.ts';
import { issue } from './reasons/issue-reasons.ts';

const DAY_MS = 86_400_000;

/** From `from` up to but without `to`, at most 35 days. */
export const muteCalendarQuery = z
  .strictObject({ from: queryMoment, to: queryMoment })
  .refine(({ from, to }) => to > from, { ...issue('issue.after_start'), path: ['to'] })
  .superRefine(({ from, to }, context) => {
    const max = from + LIMITS.calendarDaysMax * DAY_MS;
    if (to <= max) return;
    const params = { max: String(max) };
    context.addIssue({ code: 'custom', message: 'issue.number_max', params, path: ['to'] });
  });
export type MuteCalendarQuery = z.infer<typeof muteCalendarQuery>;

/** The times at which one rule mutes, as it is set now. */
export const muteLane = z.object({
  kind: z.enum(['quiet_hours', 'maintenance', 'silence']),
  /** Null for quiet hours. */
  ruleId: id.nullable(),
  /** The name of a maintenance window, the comment of a silence; else ''. */
  name: z.string(),
  matchers: z.array(z.string()),
  /** The time zone in which it recurs; null if it has fixed moments. */
  timeZone: z.string().nullable(),
  /** The beginnings of days in that time zone, within the requested range. */
  days: z.array(timestampMs),
  /** Whole, also where they begin before `from` or end after `to`. */
  spans: z.array(z.object({ startsAt: timestampMs, endsAt: timestampMs })),
  /** True if there are more spans than are listed. */
  isPartial: z.boolean(),
});
export type MuteLane = z.infer<typeof muteLane>;

/** Quiet hours, then maintenance windows by name, then silences by beginning. Rules that mute nothing in this time are left out. */
export const muteCalendar = z.object({
  lanes: z.array(muteLane),
  /** True if there are more rules or spans than are listed. */
  isPartial: z.boolean(),
});
export type MuteCalendar = z.infer<typeof muteCalendar>;
