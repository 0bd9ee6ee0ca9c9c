import { z } from 'zod';
import { previewedEvent } from './mapped-webhook.ts';
import { id, name, severity, timestampMs } from './primitives.ts';

const PATTERN_CHARS_MAX = 500;
const FILLED_CHARS_MAX = 200;
const SUBJECT_CHARS_MAX = 1_000;

/** RE2, found anywhere in the text; an empty one is not asked. */
const pattern = z.string().trim().max(PATTERN_CHARS_MAX).default('');
/** A text in which `{name}` stands for the group of that name. */
const filled = z.string().trim().max(FILLED_CHARS_MAX).default('');

/** The mails that a rule matches, by patterns that all must match, and the alert that each of them is. */
export const mailRuleFields = z.strictObject({
  name,
  /** The sender's address. */
  from: pattern,
  subject: pattern,
  text: pattern,
  /**
   * Found in the subject of a mail that says that it is over, or in its text if the rule has no pattern for
   * subjects; empty for an alert that no mail ends.
   */
  resolvedWhen: pattern,
  /** Empty: the host that the sender's address names. */
  host: filled,
  /** Empty: each mail is a message, which has no end. */
  kind: filled,
  /** Tells two alerts of one host and kind apart. */
  dedupKey: filled,
  /** Null: the words of the subject decide. */
  severity: severity.nullable().default(null),
});
export type MailRuleFields = z.infer<typeof mailRuleFields>;

export const mailRuleUpdate = mailRuleFields.extend({ id });

export const mailRule = mailRuleFields.extend({
  id,
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type OwnMailRule = z.infer<typeof mailRule>;

/** The part of a mail that rules look at. */
export const mailSample = z.strictObject({
  from: z.string().max(SUBJECT_CHARS_MAX),
  subject: z.string().max(SUBJECT_CHARS_MAX),
  text: z.string().max(65_536),
});
export type MailSample = z.infer<typeof mailSample>;

/** A mail that arrived, without credentials, as far as it is kept. */
export const receivedMail = mailSample.extend({ at: timestampMs });
export type ReceivedMail = z.infer<typeof receivedMail>;

/** Tries a rule that need not be saved. */
export const mailPreviewInput = z.strictObject({ rule: mailRuleFields, mail: mailSample });

/** At most one of both: null and null for a mail that the rule does not match. */
export const mailPreview = z.object({
  event: previewedEvent.nullable(),
  message: z.object({ host: z.string(), title: z.string(), text: z.string(), severity }).nullable(),
});
export type MailPreview = z.infer<typeof mailPreview>;
