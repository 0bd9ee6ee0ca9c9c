import type { failureClass } from '../main/contract/failure-class.ts';
import type { FailureReason } from '../main/contract/reasons/failure-reasons.ts';

type Examples = {
  readonly [R in FailureReason as Exclude<R['code'], 'legacy'>]: R['params'];
};

const answer = (service: string, status: string, ...fields: string[]) => ({
  service,
  status,
  fields,
});
const because = { code: 'failure.unreachable', params: { error: 'ECONNREFUSED' } } as const;
const discord = { service: 'Discord', fields: ['discord.url'] };
const thread = { service: 'Discord', fields: ['discord.threadId'] };
const mattermost = { service: 'Mattermost', fields: ['mattermost.url'] };
const teams = { fields: ['teams.url'] };
const security = { fields: ['smtp.security'] };
const securityAndPort = { fields: ['smtp.security', 'smtp.port'] };
const recipients = { recipients: ['b@example.org'], fields: ['smtp.to'] };
const body = { problem: 'unexpected end', fields: ['webhook.body'] };

/** One of each code, in the order of the contract. */
const EXAMPLES: Examples = {
  'failure.unavailable': { service: 'receiver', status: 'HTTP 503' },
  'failure.rate_limited': { service: 'receiver', status: 'HTTP 429' },
  'failure.daily_quota': { service: 'ntfy', status: 'HTTP 429' },
  'failure.monthly_quota': { service: 'Pushover', status: 'HTTP 429' },
  'failure.redirected': answer('receiver', 'HTTP 302'),
  'failure.credentials_refused': answer('ntfy', 'HTTP 401', 'ntfy.token'),
  'failure.proxy_credentials': answer('receiver', 'HTTP 407'),
  'failure.too_large': answer('receiver', 'HTTP 413'),
  'failure.not_found': answer('receiver', 'HTTP 404'),
  'failure.gone': answer('receiver', 'HTTP 410'),
  'failure.rejected': answer('receiver', 'HTTP 422'),
  'failure.wrong_service': answer('Gotify', 'HTTP 200', 'gotify.server'),
  'failure.intercepted': { service: 'Pushover', status: 'HTTP 200' },
  'failure.topic_forbidden': answer('ntfy', 'HTTP 403', 'ntfy.topic', 'ntfy.user'),
  'failure.address_refused': {},
  'failure.certificate_untrusted': { error: 'CERT_HAS_EXPIRED', fields: ['smtp.certificate'] },
  'failure.certificate_unreadable': { fields: ['smtp.certificate'] },
  'failure.no_tls': { error: 'ERR_SSL_WRONG_VERSION_NUMBER' },
  'failure.name_unresolved': { error: 'ENOTFOUND' },
  'failure.no_answer': { error: 'ETIMEDOUT' },
  'failure.timed_out': { limitMs: 15_000 },
  'failure.unreachable': { error: 'ECONNREFUSED' },
  'failure.webhook_removed': discord,
  'failure.webhook_incomplete': discord,
  'failure.webhook_channel_gone': mattermost,
  'failure.webhook_owner_forbidden': mattermost,
  'failure.webhooks_disabled': { service: 'Mattermost' },
  'failure.posting_restricted': { service: 'Slack' },
  'failure.thread_unknown': thread,
  'failure.thread_required': thread,
  'failure.thread_closed': thread,
  'failure.workflow_off': teams,
  'failure.workflow_refused': teams,
  'failure.workflow_mismatch': teams,
  'failure.bot_unknown': { fields: ['telegram.token'] },
  'failure.bot_blocked': {},
  'failure.bot_removed': {},
  'failure.chat_unknown': { fields: ['telegram.chatId'] },
  'failure.chat_gone': { fields: ['telegram.chatId'] },
  'failure.application_token': { status: 'HTTP 401', fields: ['gotify.token'] },
  'failure.token_lost': { service: 'Matrix' },
  'failure.account_deactivated': { service: 'Matrix', fields: ['matrix.accessToken'] },
  'failure.room_forbidden': { fields: ['matrix.roomId'] },
  'failure.homeserver_wrong': { status: 'HTTP 200', fields: ['matrix.homeserver'] },
  'failure.apprise_key_unknown': { status: 'HTTP 204', fields: ['apprise.key'] },
  'failure.apprise_partly': { status: 'HTTP 424' },
  'failure.mqtt_version': { fields: ['mqtt.protocol'] },
  'failure.mqtt_client_id': {},
  'failure.mail_login': { fields: ['smtp.username', 'smtp.password'] },
  'failure.mail_loop': { fields: ['smtp.to', 'smtp.host'] },
  'failure.mail_sender': { fields: ['smtp.from'] },
  'failure.mail_recipients': recipients,
  'failure.mail_recipients_partly': { ...recipients, delivered: ['a@example.org'] },
  'failure.mail_starttls_missing': security,
  'failure.mail_starttls_required': security,
  'failure.mail_no_server': { fields: ['smtp.host', 'smtp.port'] },
  'failure.mail_disconnected': securityAndPort,
  'failure.mail_no_answer': securityAndPort,
  'failure.desktop_unsupported': {},
  'failure.desktop_no_notify_send': {},
  'failure.desktop_no_bus': {},
  'failure.desktop_bus_away': {},
  'failure.desktop_no_service': {},
  'failure.desktop_denied': {},
  'failure.desktop_refused': {},
  'failure.interrupted': { cause: 'stopped' },
  'failure.limited_too_long': {},
  'failure.config_incomplete': {},
  'failure.config_imported': { fields: ['webhook.url'] },
  'failure.config_sealed': {},
  'failure.heartbeat_url_sealed': {},
  'failure.body_unreadable': body,
  'failure.body_failed': body,
  'failure.body_busy': { fields: ['webhook.body'] },
  'failure.never_attempted': {},
  'failure.channel_down': { because },
  'failure.left_to_fallback': { because },
};

/** Every failure that an attempt or a channel can have, as an example. */
export const FAILURE_EXAMPLES = Object.entries(EXAMPLES).map(
  ([code, params]) => ({ code, params }) as FailureReason,
);

/** The class of the codes without a next step. */
export const FAILURE_CLASSES: Partial<
  Record<FailureReason['code'], (typeof failureClass.options)[number]>
> = {
  'failure.unavailable': 'server_error',
  'failure.rate_limited': 'rate_limited',
  'failure.redirected': 'redirect',
  'failure.gone': 'gone',
  'failure.name_unresolved': 'dns',
  'failure.no_answer': 'timeout',
  'failure.timed_out': 'timeout',
  'failure.unreachable': 'connection',
  'failure.interrupted': 'interrupted',
  'failure.config_incomplete': 'configuration',
  'failure.channel_down': 'channel_down',
  'failure.left_to_fallback': 'channel_down',
};
