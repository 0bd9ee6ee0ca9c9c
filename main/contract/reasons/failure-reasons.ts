import { z } from 'zod';
import { legacyReasons, reasonOf } from './reason-family.ts';

/** The party that refused: the name of the service, or one of `receiver`, `mail_server` and `broker`. */
const service = z.string();
/** The answer in its protocol, such as `HTTP 401`. */
const status = z.string();
/** The code of an error, such as `ECONNREFUSED`. */
const error = z.string();
/** The fields of the channel to look at, each as `kind.field`. */
const fields = z.array(z.string()).readonly();

const answers = {
  'failure.unavailable': { service, status },
  'failure.rate_limited': { service, status },
  /** ntfy: until midnight UTC. */
  'failure.daily_quota': { service, status },
  /** Pushover: until the next month, unless more is bought. */
  'failure.monthly_quota': { service, status },
  'failure.redirected': { service, status, fields },
  'failure.credentials_refused': { service, status, fields },
  'failure.proxy_credentials': { service, status, fields },
  'failure.too_large': { service, status, fields },
  'failure.not_found': { service, status, fields },
  'failure.gone': { service, status, fields },
  'failure.rejected': { service, status, fields },
  /** Something else answered at the address. */
  'failure.wrong_service': { service, status, fields },
  /** Something on the way answered, at an address that cannot be wrong. */
  'failure.intercepted': { service, status },
  'failure.topic_forbidden': { service, status, fields },
} as const;

const connections = {
  'failure.address_refused': {},
  'failure.certificate_untrusted': { error, fields },
  'failure.certificate_unreadable': { fields },
  'failure.no_tls': { error },
  'failure.name_unresolved': { error },
  'failure.no_answer': { error },
  'failure.timed_out': { limitMs: z.int() },
  'failure.unreachable': { error },
} as const;

const services = {
  'failure.webhook_removed': { service, fields },
  'failure.webhook_incomplete': { service, fields },
  'failure.webhook_channel_gone': { service, fields },
  'failure.webhook_owner_forbidden': { service, fields },
  'failure.webhooks_disabled': { service },
  'failure.posting_restricted': { service },
  'failure.thread_unknown': { service, fields },
  'failure.thread_required': { service, fields },
  'failure.thread_closed': { service, fields },
  'failure.workflow_off': { fields },
  'failure.workflow_refused': { fields },
  'failure.workflow_mismatch': { fields },
  'failure.bot_unknown': { fields },
  'failure.bot_blocked': {},
  'failure.bot_removed': {},
  'failure.chat_unknown': { fields },
  'failure.chat_gone': { fields },
  'failure.application_token': { status, fields },
  'failure.token_lost': { service },
  'failure.account_deactivated': { service, fields },
  'failure.room_forbidden': { fields },
  'failure.homeserver_wrong': { status, fields },
  'failure.apprise_key_unknown': { status, fields },
  'failure.apprise_partly': { status },
  'failure.mqtt_version': { fields },
  'failure.mqtt_client_id': {},
  'failure.mail_login': { fields },
  'failure.mail_loop': { fields },
  'failure.mail_sender': { fields },
  'failure.mail_recipients': { recipients: z.array(z.string()).readonly(), fields },
  /** Some recipients have the mail, and would get another with each attempt. */
  'failure.mail_recipients_partly': {
    recipients: z.array(z.string()).readonly(),
    delivered: z.array(z.string()).readonly(),
    fields,
  },
  'failure.mail_starttls_missing': { fields },
  'failure.mail_starttls_required': { fields },
  'failure.mail_no_server': { fields },
  'failure.mail_disconnected': { fields },
  'failure.mail_no_answer': { fields },
  'failure.desktop_unsupported': {},
  'failure.desktop_no_notify_send': {},
  'failure.desktop_no_bus': {},
  'failure.desktop_bus_away': {},
  'failure.desktop_no_service': {},
  /** A person, or a policy, has forbidden it. */
  'failure.desktop_denied': {},
  'failure.desktop_refused': {},
} as const;

const own = {
  /** Cut off: nobody knows whether it arrived. */
  'failure.interrupted': {
    cause: z.enum(['stopped', 'crashed', 'not_stopping', 'defect', 'unreadable', 'desktop']),
  },
  /** Waited for more than a day, since the receiver limits the channel. */
  'failure.limited_too_long': {},
  'failure.config_incomplete': {},
  /** A channel came from a file without these. */
  'failure.config_imported': { fields },
  'failure.config_sealed': {},
  'failure.heartbeat_url_sealed': {},
  'failure.body_unreadable': { problem: z.string(), fields },
  'failure.body_failed': { problem: z.string(), fields },
  'failure.body_busy': { fields },
  /** Discarded before any attempt, and brought back. */
  'failure.never_attempted': {},
} as const;

const first = { ...legacyReasons, ...answers, ...connections, ...services, ...own } as const;
const because = reasonOf(first);
/** The reason why an attempt failed. */
export type AttemptReason = z.infer<typeof because>;

/** Reasons why an attempt failed, a channel needs attention or a notification was given up. */
export const failureReasons = {
  ...first,
  /** It waited for more than a day for a channel that is down. */
  'failure.channel_down': { because },
  /** Left to the fallback of a channel that is down or needs attention. */
  'failure.left_to_fallback': { because },
} as const;

export const failureReason = reasonOf(failureReasons);
export type FailureReason = z.infer<typeof failureReason>;
