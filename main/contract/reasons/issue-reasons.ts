import { z } from 'zod';
import { reasonOf } from './reason-family.ts';
import { templateReasons } from './template-reasons.ts';

/** A kind of thing that people set up, as the audit log names it. */
export const thing = z.enum([
  'channel',
  'heartbeat',
  'inhibition',
  'maintenance',
  'mapped_webhook',
  'route',
  'saved_view',
  'silence',
]);
export type Thing = z.infer<typeof thing>;

/** Problems of a field of a channel's configuration. */
const kindIssues = {
  'issue.apprise_key': {},
  'issue.apprise_tags': {},
  'issue.control_characters': {},
  'issue.discord_thread': {},
  'issue.discord_webhook': {},
  'issue.gotify_token': {},
  'issue.header_name': {},
  'issue.header_reserved': {},
  'issue.header_value': {},
  'issue.headers_max': { max: z.string() },
  'issue.mail_address': {},
  'issue.mail_addresses': {},
  'issue.mail_addresses_max': { max: z.string() },
  'issue.mail_host': {},
  'issue.matrix_room': {},
  'issue.matrix_token': {},
  'issue.mqtt_plain': {},
  'issue.mqtt_topic': {},
  'issue.mqtt_url': {},
  'issue.ntfy_token': {},
  'issue.ntfy_topic': {},
  'issue.pushover_devices': {},
  'issue.pushover_token': {},
  'issue.pushover_user': {},
  'issue.slack_webhook': {},
  'issue.teams_workflow': {},
  'issue.telegram_chat': {},
  'issue.telegram_token': {},
  'issue.user_and_password': {},
  'issue.webhook_secret': {},
} as const;

/** Problems of a field; numbers and lists are written as the API writes them. */
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
  /** A form of input that the schema excludes and has no code for. */
  'issue.invalid': {},
  /** `error` is what the parser says, in English. */
  'issue.not_json': { error: z.string() },
  'issue.not_yaml': { error: z.string() },
  'issue.not_form': { error: z.string() },
  'issue.too_deep': { max: z.string() },
  'issue.label_pair': {},
  /** In Alertmanager's words. */
  'issue.start_before_end': {},
  /** Of an expression: it finds no value, or not the kind of value that is needed. */
  'issue.finds_nothing': {},
  'issue.finds_no_object': {},
  'issue.base64': {},
  'issue.uuid': {},
  'issue.encryption': {},
  'issue.channel_twice': {},
  'issue.steps': {},
  'issue.heartbeat_slug': {},
  'issue.webhook_slug': {},
  'issue.ids_group_or_filter': {},
  'issue.summary_elsewhere': {},
  'issue.ids_or_filter': {},
  'issue.time_of_day': {},
  'issue.time_zone': {},
  'issue.after_start': {},
  'issue.in_future': {},
  'issue.preset_or_numbers': {},
  'issue.until_or_duration': {},
  'issue.certificate': {},
  'issue.ip_address': {},
  'issue.mail_sender': {},
  'issue.network': {},
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
  'issue.cron': { error: z.string() },
  'issue.cron_never': {},
  'issue.pattern': { error: z.string() },
  /** `token` is the part of the search at fault. */
  'issue.search_pattern': { token: z.string(), error: z.string() },
  'issue.search_quote': { token: z.string() },
  'issue.search_terms': { max: z.string() },
  'issue.search_value': { token: z.string() },
  'issue.time_rfc3339': {},
  /** `error` is what JSONata says, in English. */
  'issue.expression': { error: z.string() },
  'issue.expression_slow': { limitMs: z.int() },
  'issue.expression_memory': {},
  'issue.expression_at': { error: z.string(), position: z.string() },
  'issue.cap_below_base': { base: z.string() },
  'issue.fallback_self': {},
  'issue.fallback_unknown': {},
  'issue.fallback_loop': { channels: z.string() },
  'issue.fallback_own_loop': {},
  ...kindIssues,
  ...templateReasons,
  /** Also said of an entry of a file. */
  'error.full': { thing, max: z.int() },
  'error.channel_needed': {
    channel: z.string(),
    quotedRoutes: z.array(z.string()),
    routeCount: z.int(),
    quotedFallbacks: z.array(z.string()),
    fallbackCount: z.int(),
    quotedWindows: z.array(z.string()),
    windowCount: z.int(),
    /** The routes and fallbacks together. */
    otherCount: z.int(),
  },
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
