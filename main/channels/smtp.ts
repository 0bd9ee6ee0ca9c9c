import { createTransport, type SendMailOptions } from 'nodemailer';
import type { SmtpConfig } from '../contract/channel-kinds/smtp-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { oneLine } from '../domain/message-text.ts';
import { sent, type Outcome, type PermanentClass } from '../domain/outcome.ts';
import {
  joined,
  readableText,
  requestLine,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import { outcomeOfDialError } from './connection-outcome.ts';
import { dialled, serverName, trustIn } from './dial.ts';
import { htmlText } from './markup.ts';
import { htmlLinks, linkLines } from './message-links.ts';
import { outcomeWithout, secretsOf } from './redaction.ts';
import { firingSeverity } from './tone.ts';

/** Mail programs show no more of a subject; RFC 5322 has no limit for a folded one. */
const SUBJECT_CHARS_MAX = 200;

const recipientsOf = ({ to }: SmtpConfig): string[] =>
  to.split(',').map((address) => address.trim());

function htmlOf(title: string, body: string, links: string): string {
  const paragraphs = [
    `<strong>${htmlText(title)}</strong>`,
    htmlText(body).replaceAll('\n', '<br>\n'),
    links,
  ];
  const shown = paragraphs.filter((text) => text !== '').map((text) => `<p>${text}</p>`);
  return `<!doctype html>\n<html><body>\n${shown.join('\n')}\n</body></html>\n`;
}

/**
 * One mail. Its Message-ID is the notification's, the same over all attempts. All mails about an alert
 * answer to one id that no mail has, so that they form a thread whichever of them arrive.
 */
function smtpMessage(config: SmtpConfig, delivery: Delivery, now: number): SendMailOptions {
  const { alert, bundle, event, notificationId } = delivery;
  const { title, body } = readableText(delivery);
  const domain = config.from.slice(config.from.lastIndexOf('@') + 1);
  const thread = `<alert-${alert.id}@${domain}>`;
  return {
    from: { name: 'Belfry', address: config.from },
    to: recipientsOf(config),
    subject: boundedText(title, SUBJECT_CHARS_MAX),
    messageId: `<${notificationId}@${domain}>`,
    ...(bundle || event === 'test' ? {} : { inReplyTo: thread, references: thread }),
    date: new Date(now),
    ...(firingSeverity(delivery) === 'critical' && { priority: 'high' }),
    // These prevent automatic replies: the first is RFC 3834's, the second only works with Exchange.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    text: joined([body === '' ? title : body, joined(linkLines(delivery))], '\n\n'),
    html: htmlOf(title, body, htmlLinks(delivery, ' &middot; ')),
    // No line of the text can look like the boundary then, which itself stays the same over attempts.
    encoding: 'quoted-printable',
    baseBoundary: notificationId,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A server's refusal as nodemailer reports it. */
interface SmtpError extends Error {
  readonly code?: string | undefined;
  /** The system's own code, where `code` is nodemailer's. */
  readonly originalCode?: string | undefined;
  /** What the server answered, with its code; absent when it did not. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** The command that was refused. */
  readonly command?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
}

/** What a server said; a client's own error says as much about what it met. */
const saidBy = ({ response, message }: SmtpError) => ({
  receiverText: response ?? message,
  ...(response !== undefined && { responseExcerpt: response }),
});

const isTemporary = ({ responseCode }: SmtpError): boolean =>
  responseCode !== undefined && responseCode >= 400 && responseCode < 500;

/** Words for too much mail at once. A full mailbox has a quota, too, and "temporarily" holds a rate. */
const LIMITED = /\btoo (?:many|much|fast)\b|\brate\b|\blimit|\bthrottl|\bquota\b/i;
const FULL_MAILBOX = /\b4\.2\.2\b|\bmailbox\b/i;

const isLimited = ({ response = '' }: SmtpError): boolean =>
  LIMITED.test(response) && !FULL_MAILBOX.test(response);

const answerOf = ({ responseCode }: SmtpError) => ({
  service: 'mail_server',
  status: `SMTP ${responseCode ?? 0}`,
});

const never = (error: SmtpError, kind: PermanentClass, reason: FailureReason): Outcome => ({
  kind: 'permanent',
  class: kind,
  reason,
  ...saidBy(error),
});

/** Some or all of the recipients were refused; `delivered` are the others. */
function outcomeOfRecipients(
  refused: readonly SmtpError[],
  delivered: readonly string[],
): Outcome | null {
  const [first] = refused;
  if (!first) return null;
  const params = {
    recipients: refused.map(({ recipient }) => recipient ?? ''),
    fields: ['smtp.to'],
  };
  const reason: FailureReason =
    delivered.length === 0
      ? { code: 'failure.mail_recipients', params }
      : { code: 'failure.mail_recipients_partly', params: { ...params, delivered } };
  const passing = refused.find(isTemporary);
  if (!passing) return never(first, 'rejected', reason);
  // Whoever got it would get it again with every try that spends no attempt.
  const failureClass =
    delivered.length === 0 && isLimited(passing) ? 'rate_limited' : 'server_error';
  return { kind: 'transient', class: failureClass, reason, ...saidBy(passing) };
}

const LOGIN = { fields: ['smtp.username', 'smtp.password'] };
const SECURITY = { fields: ['smtp.security'] };
const SECURITY_AND_PORT = { fields: ['smtp.security', 'smtp.port'] };

/** What a mail that was not taken means. Never throws. */
function outcomeOfSmtpError(thrown: unknown): Outcome {
  if (!(thrown instanceof Error)) return outcomeOfDialError(thrown, 'smtp.certificate');
  const error: SmtpError = thrown;
  if (error.originalCode !== undefined) {
    const original = Object.assign(new Error(error.message), { code: error.originalCode });
    return outcomeOfDialError(original, 'smtp.certificate');
  }
  if (error.rejectedErrors) {
    const refused = outcomeOfRecipients(error.rejectedErrors, []);
    if (refused) return refused;
  }
  if (error.responseCode === undefined) return outcomeOfSilence(error);
  if (error.code === 'ETLS') {
    return never(error, 'configuration', {
      code: 'failure.mail_starttls_missing',
      params: SECURITY,
    });
  }
  if (isTemporary(error)) {
    const [failureClass, code] = isLimited(error)
      ? (['rate_limited', 'failure.rate_limited'] as const)
      : (['server_error', 'failure.unavailable'] as const);
    const reason = { code, params: answerOf(error) };
    return { kind: 'transient', class: failureClass, reason, ...saidBy(error) };
  }
  if (error.responseCode === 530 && /STARTTLS/i.test(error.response ?? '')) {
    return never(error, 'configuration', {
      code: 'failure.mail_starttls_required',
      params: SECURITY,
    });
  }
  // 530 asks for a login, whatever command it answers.
  if (error.code === 'EAUTH' || error.responseCode === 530) {
    return never(error, 'authentication', { code: 'failure.mail_login', params: LOGIN });
  }
  if (error.command === 'MAIL FROM') {
    const params = { fields: ['smtp.from'] };
    return never(error, 'rejected', { code: 'failure.mail_sender', params });
  }
  const params = { ...answerOf(error), fields: [] };
  return never(error, 'rejected', { code: 'failure.rejected', params });
}

/** The server said nothing that has a code. */
function outcomeOfSilence(error: SmtpError): Outcome {
  switch (error.code) {
    case 'EPROTOCOL': {
      const params = { fields: ['smtp.host', 'smtp.port'] };
      return never(error, 'configuration', { code: 'failure.mail_no_server', params });
    }
    case 'EAUTH':
      return never(error, 'authentication', { code: 'failure.mail_login', params: LOGIN });
    case 'ETIMEDOUT': {
      const reason = { code: 'failure.mail_no_answer', params: SECURITY_AND_PORT } as const;
      return { kind: 'transient', class: 'timeout', reason };
    }
    case 'ECONNECTION':
    case 'ETLS': {
      const reason = { code: 'failure.mail_disconnected', params: SECURITY_AND_PORT } as const;
      return { kind: 'transient', class: 'connection', reason };
    }
    default:
      return outcomeOfDialError(error, 'smtp.certificate');
  }
}

const USUAL_PORTS = { starttls: 587, tls: 465, none: 25 } as const;

const addressOf = ({ host, port, security }: SmtpConfig): { host: string; port: number } => ({
  host,
  port: port ?? USUAL_PORTS[security],
});

/** Sends one mail over one connection, which is over when it returns. */
async function deliver(
  config: SmtpConfig,
  delivery: Delivery,
  { clock, signal }: SendContext,
): Promise<Outcome> {
  const { security, username, password } = config;
  const trust = trustIn(config.certificate);
  const address = addressOf(config);
  const servername = serverName(config.host);
  using cleanup = new DisposableStack();
  const socket = await dialled({ ...address, trust: security === 'tls' ? trust : null }, signal);
  cleanup.defer(() => socket.destroy());
  const transport = createTransport({
    ...address,
    connection: socket,
    secure: security === 'tls',
    secured: security === 'tls',
    // Without it a man in the middle could take STARTTLS off the server's list, and read on.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...trust, ...(servername === undefined ? {} : { servername }) },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  });
  const message = { ...smtpMessage(config, delivery, clock.now()), signal };
  const { accepted, response, rejectedErrors = [] } = await transport.sendMail(message);
  return outcomeOfRecipients(rejectedErrors, accepted) ?? sent({ responseExcerpt: response });
}

/** The password as it goes over the wire. */
function wireSecrets({ username = '', password }: SmtpConfig): string[] {
  if (password === undefined) return [];
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  // The server's words are put on one line before secrets are looked for.
  return [oneLine(password), base64(password), base64(`\0${username}\0${password}`)];
}

/** Mail over an SMTP server. */
export const createSmtp = (): ChannelAdapter<SmtpConfig> => ({
  kind: 'smtp',
  audience: 'people',
  // Servers take their time over greetings and checks of content.
  timeoutMs: 60_000,
  concurrency: 1,
  // What Exchange Online allows, the least of the large providers.
  rateLimit: { count: 30, perMs: 60_000 },
  target(config, messages) {
    const { host, port } = addressOf(config);
    const server = `${host}:${port}`;
    return messages.text('channels.target.smtp', { recipients: config.to, server });
  },
  async send(config, delivery, context) {
    const count = recipientsOf(config).length;
    const request = requestLine('MAIL', delivery, `${count} recipients`);
    const outcome = await deliver(config, delivery, context).catch(outcomeOfSmtpError);
    return {
      ...outcomeWithout(outcome, [...secretsOf('smtp', config, delivery), ...wireSecrets(config)]),
      request,
    };
  },
});
