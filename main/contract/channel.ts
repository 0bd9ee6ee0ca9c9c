import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { CHANNEL_KINDS, channelKind, type ChannelKind } from './channel-kind.ts';
import { channelTemplateFailure, channelTemplates } from './channel-template.ts';
import { failureClass } from './failure-class.ts';
import { language } from './language.ts';
import { id, moment, name, timestampMs } from './primitives.ts';
import { failureReason } from './reasons/failure-reasons.ts';

/** Waits after the n-th failed attempt are baseMs × 2^(n-1), at most capMs; at n = maxAttempts the row is dead. */
export const retryPolicy = z.strictObject({
  baseMs: z.int().min(10).max(3_600_000),
  capMs: z.int().min(10).max(86_400_000),
  maxAttempts: z.int().min(1).max(100),
  /** Times a uniform 0.9 to 1.1, so that many rows of one outage do not return in one burst. */
  jitter: z.boolean(),
});
export type RetryPolicy = z.infer<typeof retryPolicy>;

export const retryPreset = z.enum(['default', 'patient', 'quick']);
export type RetryPreset = z.infer<typeof retryPreset>;

/** A preset's name, or the numbers themselves; a number that is left out stays as it was. */
export const retryInput = retryPolicy
  .partial()
  .extend({ preset: retryPreset.optional() })
  .refine(
    (given) => given.preset === undefined || Object.keys(given).length === 1,
    issue('issue.preset_or_numbers'),
  );
export type RetryInput = z.infer<typeof retryInput>;

/** At most `count` messages in any `perMs`; more of them wait, which spends no attempt. */
export const rateLimit = z.strictObject({
  count: z.int().min(1).max(10_000),
  perMs: z.int().min(100).max(86_400_000),
});
export type RateLimit = z.infer<typeof rateLimit>;

const common = {
  name,
  retry: retryInput.optional(),
  enabled: z.boolean().default(true),
  /** Null, or left out, is the kind's own default, if it has one. */
  rateLimit: rateLimit.nullable().optional(),
  /** The channel to which dead letters of this one go instead; null or absent for none. */
  fallbackChannelId: id.nullable().optional(),
  /** Dead letters of an outage are requeued automatically when the channel is back. */
  autoRequeue: z.boolean().default(true),
  /** Says nothing of a recovery whose firing never arrived here. */
  resolveOnlyIfDelivered: z.boolean().default(false),
  /** Of its messages; null, or left out, is that of the settings. */
  language: language.nullable().optional(),
  /** Of its messages; an event or a part without one has the standard text. */
  templates: channelTemplates.default({}),
};

/** An incomplete one gets an error for each field that is missing. */
const configOf = <Kind extends ChannelKind>(kind: Kind) =>
  (CHANNEL_KINDS[kind].config as z.ZodObject).prefault({}) as unknown as z.ZodPrefault<
    (typeof CHANNEL_KINDS)[Kind]['config']
  >;

const inputOf = <Kind extends ChannelKind>(kind: Kind) =>
  z.strictObject({
    kind: z.literal(kind),
    config: configOf(kind),
    ...common,
  });
type InputOf = { [Kind in ChannelKind]: ReturnType<typeof inputOf<Kind>> }[ChannelKind];

export const channelInput = z.discriminatedUnion(
  'kind',
  channelKind.options.map(inputOf) as [InputOf, ...InputOf[]],
);
export type ChannelInput = z.infer<typeof channelInput>;

/** A partial update of a channel: absent fields stay. In `config` a null removes an optional field. */
export const channelPatch = z.strictObject({
  id,
  name: name.optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  retry: retryInput.optional(),
  enabled: z.boolean().optional(),
  rateLimit: rateLimit.nullable().optional(),
  fallbackChannelId: id.nullable().optional(),
  autoRequeue: z.boolean().optional(),
  resolveOnlyIfDelivered: z.boolean().optional(),
  language: language.nullable().optional(),
  /** Replaces all of them. */
  templates: channelTemplates.optional(),
});

/** `down`: it failed so often that only one due message at a time is tried; `probing`: that one is on its way. */
export const breakerState = z.enum(['closed', 'down', 'probing']);
export type BreakerState = z.infer<typeof breakerState>;

/** The health of a channel: the results of its recent deliveries. */
export const channelHealth = z.object({
  state: breakerState,
  /** Failed attempts in a row that a retry may fix. */
  failures: z.int(),
  /** Since the first of them; null while the last attempt succeeded. */
  failingSince: timestampMs.nullable(),
  /** `reason` and `receiverText` as a sentence. */
  lastFailure: z.string().nullable(),
  /** The reason for the failure of the last attempt; null if it succeeded. */
  reason: failureReason.nullable(),
  receiverText: z.string().nullable(),
  /** The moment of the next attempt while it is down. */
  probeAt: timestampMs.nullable(),
  /** Messages in a row that it refused permanently, without a success in between. */
  rejections: z.int(),
  /** The moment of its first delivery with this configuration; null before that. */
  workedAt: timestampMs.nullable(),
});
export type ChannelHealth = z.infer<typeof channelHealth>;

/** The throttle of a lane whose receiver asked for fewer messages. */
export const channelThrottle = z.object({
  /** The moment at which the receiver first refused a message because there were too many. */
  since: timestampMs,
  refusedAt: timestampMs,
  /** In a row; above 0 the channel is rate limited, at 0 its messages are accepted again, at this pace. */
  refusals: z.int(),
  /** Nothing but a test leaves before then; afterwards one message. */
  until: timestampMs,
  perSecond: z.number(),
  /** The increase of the pace after an accepted message. */
  stepPerSecond: z.number(),
});
export type ChannelThrottle = z.infer<typeof channelThrottle>;

/** Something about the channel that only a person can fix. */
export const channelAttention = z.object({
  /** True if its notifications wait until it is edited or tested; otherwise each is still tried once. */
  holds: z.boolean(),
  class: failureClass,
  /** `reason` and `receiverText` as a sentence. */
  message: z.string(),
  reason: failureReason,
  /** The receiver's own text; null if there is none. */
  receiverText: z.string().nullable(),
  since: timestampMs,
});
export type ChannelAttention = z.infer<typeof channelAttention>;

/** Somebody has paused the channel: everything is queued and waits. */
export const channelPause = z.object({
  since: timestampMs,
  /** The moment at which it resumes; null if it waits for somebody to resume it. */
  until: timestampMs.nullable(),
});
export type ChannelPause = z.infer<typeof channelPause>;

/** An end as a duration or as a moment; without either the pause lasts until somebody ends it. */
export const channelPauseInput = z
  .strictObject({
    id,
    durationMs: z
      .int()
      .min(1_000)
      .max(366 * 86_400_000)
      .optional(),
    until: moment.optional(),
  })
  .refine(({ durationMs, until }) => durationMs === undefined || until === undefined, {
    path: ['until'],
    ...issue('issue.until_or_duration'),
  });

/** `detach` takes the channel out of the routes and channels that lead to it, instead of refusing. */
export const channelDeletion = z.strictObject({
  id,
  detach: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
    .default(false),
});

/** A channel as it is shown: the configuration itself is sealed, `target` says where it leads without any secret. */
export const channel = z.object({
  id,
  kind: channelKind,
  name: z.string(),
  /** A disabled one gets nothing new; what was queued for it waits until it is enabled. */
  enabled: z.boolean(),
  paused: channelPause.nullable(),
  target: z.string(),
  /** Names of the sealed configuration fields that hold a value. */
  configured: z.array(z.string()),
  /** The fields of the configuration that are no secret. */
  config: z.record(z.string(), z.unknown()),
  retry: retryPolicy,
  rateLimit: rateLimit.nullable(),
  fallbackChannelId: id.nullable(),
  autoRequeue: z.boolean(),
  resolveOnlyIfDelivered: z.boolean(),
  /** Of its messages; null is that of the settings. */
  language: language.nullable(),
  templates: channelTemplates,
  /** Null if none has failed since they were changed. */
  templateFailure: channelTemplateFailure.nullable(),
  health: channelHealth,
  attention: channelAttention.nullable(),
  throttle: channelThrottle.nullable(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type Channel = z.infer<typeof channel>;
