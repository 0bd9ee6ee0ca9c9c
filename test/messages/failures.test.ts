import { join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it, test } from 'vitest';
import { LANGUAGES } from '../../main/contract/language.ts';
import { failureClass } from '../../main/contract/failure-class.ts';
import { failureReason, type FailureReason } from '../../main/contract/reasons/failure-reasons.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { nextStep, renderFailure, renderReason } from '../../main/messages/reasons.ts';
import { readCatalogue } from '../../resources/messages.ts';
import { legacy } from '../support/failures.ts';

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

/** One of each code, in the order of the contract; the table in the documentation is made of them. */
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
  'failure.desktop_no_service': {},
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

const reasons = Object.entries(EXAMPLES).map(
  ([code, params]) => ({ code, params }) as FailureReason,
);

/** The class of those without a step of their own. */
const CLASSES: Partial<Record<FailureReason['code'], (typeof failureClass.options)[number]>> = {
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

const ENGLISH = messagesFor('en');
const stepOf = (reason: FailureReason): string =>
  nextStep(ENGLISH, reason, CLASSES[reason.code] ?? null) ?? '';

test('the documentation names every code, with its sentence and its next step', async () => {
  const rows = reasons.map(
    (reason) => `| \`${reason.code}\` | ${renderReason(ENGLISH, reason)} | ${stepOf(reason)} |`,
  );
  const text = [
    '# Failures and what to do about them',
    '',
    'A delivery that failed, a dead letter, and a channel that is down or needs attention carry a `reason` in the API: a code with its parameters. Window, command line and MCP tools make a sentence and a next step of it; the examples below are those. What the receiver itself said is in `receiverText`, without secrets. In the API, `lastError`, `last_error`, `error`, `lastFailure` and `message` are both as one English sentence.',
    '',
    'Dead letters are in one group when they have the same channel, code and parameters (but for recipients and problems, which differ from message to message), and when the receiver said the same, whatever ids, numbers, times and addresses it named. A search finds a failure by its sentence in any language, or by what the receiver said. Failures that an older version stored have the code `legacy`, with their sentence as it was stored.',
    '',
    '| Code | What happened | Next step |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  const path = join(import.meta.dirname, '../../docs/failures.md');
  await expect(await format(text, { parser: 'markdown' })).toMatchFileSnapshot(path);
});

describe.each(LANGUAGES)('failures in %s', (language) => {
  const messages = messagesFor(language);

  it.each(reasons)('$code is a sentence with a next step', (reason) => {
    expect(failureReason.parse(reason)).toEqual(reason);
    const step = nextStep(messages, reason, CLASSES[reason.code] ?? null);
    for (const text of [renderReason(messages, reason), step]) {
      expect(text).toMatch(/^(?!.*[{}])(?!.*“\w+\.\w+”).{10,}\.$/s);
    }
  });

  it('have a next step for each class, for what is older than codes', () => {
    const steps = failureClass.options.map((each) => nextStep(messages, legacy('x'), each));
    expect(new Set(steps).size).toBe(failureClass.options.length);
  });
});

it('has no step for a code that there is not', () => {
  const steps = Object.keys(readCatalogue('en')).filter((key) => key.startsWith('step.failure.'));
  const codes = new Set(Object.keys(EXAMPLES));
  expect(steps.filter((key) => !codes.has(key.slice('step.'.length)))).toEqual([]);
});

it('writes what the receiver said behind the sentence', () => {
  const reason = { code: 'failure.unreachable', params: { error: 'ECONNREFUSED' } } as const;
  expect(renderFailure(ENGLISH, { reason, receiverText: 'no' })).toBe(
    'The receiver could not be reached (ECONNREFUSED). Response: “no”',
  );
  expect(renderFailure(ENGLISH, { reason: null, receiverText: null })).toBeNull();
});

it('leaves a sentence from before as it was', () => {
  const text = 'HTTP 503: {it} could not <b>take</b> it now.';
  expect(renderFailure(ENGLISH, { reason: legacy(text), receiverText: null })).toBe(text);
});
