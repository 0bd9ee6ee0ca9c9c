import { z } from 'zod';
import { configSection } from './config-document.ts';
import { LIMITS } from './limits.ts';
import { issueReason } from './reasons/issue-reasons.ts';
import { noteReason } from './reasons/note-reasons.ts';

/** Long enough that guessing it at the documented cost is no way in. */
export const PASSPHRASE_CHARS_MIN = 12;
const PASSPHRASE_CHARS_MAX = 1_024;

export const configExportInput = z.strictObject({
  /** Seals the secrets; without one they are left out. */
  passphrase: z.string().min(PASSPHRASE_CHARS_MIN).max(PASSPHRASE_CHARS_MAX).optional(),
});

export const configFile = z.object({ yaml: z.string() });

/** `merge` leaves alone what the file does not name; `replace` removes it. */
export const importMode = z.enum(['merge', 'replace']);
export type ImportMode = z.infer<typeof importMode>;

export const configPreviewInput = z.strictObject({
  yaml: z.string().max(LIMITS.configCharsMax),
  /** Opens the secrets of the file; without one they stay closed. */
  passphrase: z.string().min(1).max(PASSPHRASE_CHARS_MAX).optional(),
  mode: importMode.default('merge'),
});

export const configApplyInput = configPreviewInput.extend({
  /** The `hash` of the preview that somebody has looked at. */
  expect: z.string().max(100),
  /** Needed when channels are removed that still owe something. */
  cancelOwed: z.boolean().default(false),
});

/** One field that is another one afterwards. Values as text, null for none; of a secret both are null. */
export const fieldChange = z.object({
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  secret: z.boolean(),
});
export type FieldChange = z.infer<typeof fieldChange>;

export const entryChange = z.object({
  section: configSection,
  name: z.string(),
  change: z.enum(['created', 'changed', 'unchanged', 'removed']),
  fields: z.array(fieldChange),
  /** Notes for the person who imports: `noteReasons` as sentences. */
  notes: z.array(z.string()),
  noteReasons: z.array(noteReason),
});
export type EntryChange = z.infer<typeof entryChange>;

/** The changes that an import would make, or has made. */
export const importPreview = z.object({
  mode: importMode,
  entries: z.array(entryChange),
  /** All routes in their new order; null when the order of those that were there stays. */
  routeOrder: z.array(z.string()).nullable(),
  /** The secrets of the file: none, opened with the passphrase, or closed. */
  secrets: z.enum(['none', 'opened', 'closed']),
  /** The number of queued notifications that are cancelled with the removed channels. */
  cancels: z.int(),
  hash: z.string(),
});
export type ImportPreview = z.infer<typeof importPreview>;

/** A problem of a file. The first line is 1; null if no line can be named. */
export const fileProblem = z.object({
  field: z.string(),
  line: z.int().nullable(),
  /** `reason` as a sentence. */
  problem: z.string(),
  reason: issueReason,
});
export type FileProblem = z.infer<typeof fileProblem>;
