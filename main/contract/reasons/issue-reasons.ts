import { z } from 'zod';
import { reasonOf } from './reason-family.ts';

/** A kind of thing that people set up, as the audit log names it. */
export const thing = z.enum([
  'channel',
  'heartbeat',
  'inhibition',
  'maintenance',
  'mapped_webhook',
  'route',
  'silence',
]);
export type Thing = z.infer<typeof thing>;

/** What is wrong with a field; numbers and lists are written as the API writes them. */
export const issueReasons = {
  'issue.required': {},
  'issue.type': { expected: z.string() },
  'issue.exactly': { value: z.string() },
  'issue.one_of': { values: z.string() },
  'issue.unknown_fields': { names: z.string() },
  'issue.unknown_query': {},
  'issue.empty': {},
  'issue.chars_min': { min: z.string() },
  'issue.chars_max': { max: z.string() },
  'issue.items_min': { min: z.string() },
  'issue.items_max': { max: z.string() },
  'issue.number_min': { min: z.string() },
  'issue.number_max': { max: z.string() },
  'issue.other': { text: z.string() },
  'issue.base64': {},
  'issue.uuid': {},
  'issue.encryption': {},
  'issue.channel_twice': {},
  'issue.steps': {},
  'issue.heartbeat_slug': {},
  'issue.webhook_slug': {},
  'issue.ids_group_or_filter': {},
  'issue.ids_or_filter': {},
  'issue.time_of_day': {},
  'issue.time_zone': {},
  'issue.after_start': {},
  'issue.in_future': {},
  'issue.preset_or_numbers': {},
  'issue.until_or_duration': {},
  'issue.certificate': {},
  'issue.matcher': {},
  'issue.moment': {},
  'issue.one_line': {},
  'issue.nul': {},
  'issue.labels_max': { max: z.string() },
  'issue.link': {},
  'issue.address': {},
  'issue.cursor': {},
  'issue.group_key': {},
  'issue.name_taken': { thing, name: z.string() },
  'issue.token_taken': { name: z.string() },
  'issue.slug_taken': { name: z.string(), slug: z.string() },
  'issue.ping_address_taken': { name: z.string() },
  'issue.webhook_slug_taken': { slug: z.string() },
  'issue.matches_all': {},
  'issue.every_route': {},
  'issue.channel_unknown': {},
  'issue.address_refused': {},
  'issue.passphrase': {},
  'issue.kind_taken': { kind: z.string() },
  'issue.channel_missing': { name: z.string() },
  'issue.listed_twice': { name: z.string() },
  'issue.circle': { names: z.string() },
  'issue.resealed': {},
  'issue.file_empty': {},
  'issue.file_documents': {},
  'issue.file_depth': {},
  'issue.file_lexemes': { max: z.string() },
  'issue.alias': { name: z.string() },
  'issue.anchors': {},
  'issue.key_twice': { name: z.string() },
  /** Also said of an entry of a file. */
  'error.full': { thing, max: z.int() },
} as const;
export const issueReason = reasonOf(issueReasons);
export type IssueReason = z.infer<typeof issueReason>;

/** Names the problem that a schema's own rule finds. */
export const issue = (code: IssueReason['code'], params: IssueReason['params'] = {}) => ({
  error: code,
  params,
});

/** Returns true for the code of a field's problem. */
export const isIssueCode = (word: string): word is IssueReason['code'] =>
  Object.hasOwn(issueReasons, word);
