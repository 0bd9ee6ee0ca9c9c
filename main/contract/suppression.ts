import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';
import { matchers } from './matcher.ts';
import { id, moment, name, timestampMs } from './primitives.ts';
import { holdReason } from './reasons/hold-reasons.ts';
import { channelsBy } from './route.ts';

const comment = z.string().trim().max(LIMITS.commentCharsMax);

/** Wall-clock time of day, `00:00` to `23:59`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, issue('issue.time_of_day'));

const isTimeZone = (word: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: word });
    return true;
  } catch {
    // The constructor's only way to say that it does not know the zone.
    return false;
  }
};

/** An IANA time zone, `Europe/Berlin`. */
export const timeZone = z.string().max(64).refine(isTimeZone, issue('issue.time_zone'));

/** ISO weekdays, Monday 1 to Sunday 7: the day on which the period begins, also when it ends on the next. */
export const weekdays = z.array(z.int().min(1).max(7)).min(1).max(7);

/** From `from` until `to` by the wall clock; `to` at or before `from` is on the next day. */
const period = { days: weekdays, from: timeOfDay, to: timeOfDay };

export const weeklyPeriod = z.strictObject(period);
export type WeeklyPeriod = z.infer<typeof weeklyPeriod>;

export const cronExpression = z.string().trim().min(1).max(200);

export const maintenanceSchedule = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('once'), startsAt: moment, endsAt: moment })
    .refine(({ startsAt, endsAt }) => new Date(endsAt) > new Date(startsAt), {
      ...issue('issue.after_start'),
      path: ['endsAt'],
    }),
  z.strictObject({ type: z.literal('weekly'), ...period, timeZone }),
  /** Begins whenever the expression says (five fields, or six with seconds) and lasts `durationMs`. */
  z.strictObject({
    type: z.literal('cron'),
    expression: cronExpression,
    durationMs: z
      .int()
      .min(60_000)
      .max(7 * 86_400_000),
    timeZone,
  }),
]);
export type MaintenanceSchedule = z.infer<typeof maintenanceSchedule>;

export const silenceState = z.enum(['pending', 'active', 'expired']);
export type SilenceState = z.infer<typeof silenceState>;

const silenceFields = {
  /** At least one, and all of them must match: a silence of everything is called a pause. */
  matchers: matchers.min(1),
  comment: comment.default(''),
};

export const silenceInput = z
  .strictObject({
    ...silenceFields,
    /** Now when left out. */
    startsAt: moment.optional(),
    endsAt: moment,
    /** The person who asks for it; the caller's name when left out. */
    author: name.optional(),
  })
  .refine(
    ({ startsAt, endsAt }) => startsAt === undefined || new Date(endsAt) > new Date(startsAt),
    {
      ...issue('issue.after_start'),
      path: ['endsAt'],
    },
  );

/** Fields that are left out stay. An expired silence stays expired. */
export const silencePatch = z.strictObject({
  id,
  matchers: silenceFields.matchers.optional(),
  comment: comment.optional(),
  endsAt: moment.optional(),
});

export const silence = z.object({
  id,
  matchers: z.array(z.string()),
  startsAt: timestampMs,
  endsAt: timestampMs,
  author: z.string(),
  comment: z.string(),
  state: silenceState,
  /** The number of alerts that are not closed and that it matches, in any state of the silence. */
  matching: z.int(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Silence = z.infer<typeof silence>;

export const maintenanceInput = z.strictObject({
  name,
  enabled: z.boolean().default(true),
  /** None covers every alert. */
  matchers: matchers.default([]),
  schedule: maintenanceSchedule,
  /** The channels that are notified when it begins and when it ends. */
  announceTo: channelsBy(id).default([]),
  comment: comment.default(''),
});

/** As a configuration file has it: channels by their names. */
export const maintenanceEntry = maintenanceInput.extend({
  announceTo: channelsBy(name).default([]),
});

export const maintenanceUpdate = maintenanceInput.extend({ id });

export const maintenanceWindow = maintenanceInput.extend({
  id,
  /** The end of the period that is on now; null outside. */
  activeUntil: timestampMs.nullable(),
  /** The next beginning after now; null when there is none. */
  nextStartsAt: timestampMs.nullable(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;

export const inhibitionInput = z.strictObject({
  name,
  enabled: z.boolean().default(true),
  /** While an alert that matches these fires … */
  sourceMatchers: matchers.min(1),
  /** … those that match these are held … */
  targetMatchers: matchers.min(1),
  /** … provided that both agree in these labels (or host, kind, source, severity). */
  equal: z.array(z.string().min(1).max(LIMITS.labelNameCharsMax)).max(20).default([]),
});

export const inhibitionUpdate = inhibitionInput.extend({ id });

export const inhibition = inhibitionInput.extend({
  id,
  /** The number of firing alerts that mute others through it now. */
  activeSources: z.int(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Inhibition = z.infer<typeof inhibition>;

/** The kind of a hold, for which a notification waits although its channel could take it. */
export const holdKind = z.enum([
  'hold_for',
  'grouping',
  'storm',
  'pause',
  'silence',
  'maintenance',
  'inhibition',
  'quiet_hours',
  'snooze',
]);
export type HoldKind = z.infer<typeof holdKind>;

/** `until` is null when it ends with something else, such as the alert that inhibits it; `detail` is `reason` in words. */
export const hold = z.object({
  kind: holdKind,
  detail: z.string(),
  reason: holdReason,
  until: timestampMs.nullable(),
});
export type Hold = z.infer<typeof hold>;
