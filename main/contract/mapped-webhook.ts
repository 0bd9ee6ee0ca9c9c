import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { id, name, severity, timestampMs } from './primitives.ts';
import { reason } from './reason.ts';

const EXPRESSION_CHARS_MAX = 2_000;

const expression = z.string().trim().min(1).max(EXPRESSION_CHARS_MAX);
/** Left out, or empty: the default stands. */
const optional = z.string().trim().max(EXPRESSION_CHARS_MAX).default('');

const word = z.string().trim().min(1).max(100);

/** Each field is a JSONata expression over the body, or over each item that `each` finds in it. */
export const mapping = z.strictObject({
  /** Finds the items, when one body reports several; empty for a body that is one report. */
  each: optional,
  host: expression,
  kind: expression,
  /** Tells two conditions of one host and kind apart. */
  dedupKey: optional,
  /** Finds the part of the body that says whether it fires; empty when every body does. */
  status: optional,
  /** Results of `status`, in any case, that mean that it is over; everything else fires. */
  resolvedWhen: z.array(word).max(20).default(['resolved', 'ok', 'up', 'success', 'false']),
  /** Results that are not a severity are looked up in `severities`, and else are a warning. */
  severity: optional,
  severities: z.record(word, severity).default({}),
  message: optional,
  /** An object of names with values. */
  labels: optional,
  url: optional,
});
export type Mapping = z.infer<typeof mapping>;

export const mappedWebhookInput = z.strictObject({
  name,
  /** The last part of its address. */
  slug: z
    .string()
    .trim()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, issue('issue.webhook_slug')),
  mapping,
});
export const mappedWebhookUpdate = mappedWebhookInput.extend({ id });

export const mappedWebhook = mappedWebhookInput.extend({
  id,
  /** The moment of the last body; null before the first. */
  lastReceivedAt: timestampMs.nullable(),
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type MappedWebhook = z.infer<typeof mappedWebhook>;

/** The last body, as far as it is kept. */
export const mappedSample = z.object({ at: timestampMs, body: z.string() });

/** Tries a mapping that need not be saved. */
export const previewInput = z.strictObject({ mapping, body: z.string().max(262_144) });

export const previewedEvent = z.object({
  host: z.string(),
  kind: z.string(),
  dedupKey: z.string(),
  status: z.enum(['firing', 'resolved']),
  severity,
  message: z.string(),
  labels: z.record(z.string(), z.string()),
  url: z.string().nullable(),
});
export type PreviewedEvent = z.infer<typeof previewedEvent>;

export const preview = z.object({
  events: z.array(previewedEvent),
  /** The problems, in English. */
  problems: z.array(z.string()),
  /** The same as data. */
  reasons: z.array(reason),
});
export type Preview = z.infer<typeof preview>;
