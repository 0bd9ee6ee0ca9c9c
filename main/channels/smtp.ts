import type { SendMailOptions } from 'nodemailer';
import type { Attachment as MailAttachment } from 'nodemailer/lib/mailer';
import { trustIn } from '../base/tls-trust.ts';
import type { SmtpConfig } from '../contract/channel-kind.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { oneLine, type MessageText } from '../domain/message-text.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import { MARK_HEADER } from '../domain/own-mail.ts';
import { pictureFileName, type Picture } from '../domain/picture-format.ts';
import {
  joined,
  readableText,
  requestLine,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import { outcomeOfDialError } from './connection-outcome.ts';
import { dialled, serverName } from './dial.ts';
import { htmlAttribute, htmlText } from './markup.ts';
import { htmlLinks, linkLines } from './message-links.ts';
import { ownPictureOf } from './picture.ts';
import { outcomeWithout, secretsOf } from './redaction.ts';
import { failed, refusalOf, type Refusal } from './refusal.ts';
import { firingSeverity } from './tone.ts';

/** Mail programs show no more of a subject; RFC 5322 has no limit for a folded one. */
const SUBJECT_CHARS_MAX = 200;

function shownText(delivery: Delivery): MessageText {
  const { title, body } = readableText(delivery);
  return { title: boundedText(title, SUBJECT_CHARS_MAX), body };
}

const recipientsOf = ({ to }: SmtpConfig): string[] =>
  to.split(',').map((address) => address.trim());

function htmlOf(title: string, body: string, image: string, links: string): string {
  const paragraphs = [
    `<strong>${htmlText(title)}</strong>`,
    htmlText(body).replaceAll('\n', '<br>\n'),
    image,
    links,
  ];
  const shown = paragraphs.filter((text) => text !== '').map((text) => `<p>${text}</p>`);
  return `<!doctype html>\n<html><body>\n${shown.join('\n')}\n</body></html>\n`;
}

const inlined = ({ type, bytes }: Picture, cid: string): MailAttachment => ({
  cid,
  filename: pictureFileName(type),
  contentType: type,
  contentDisposition: 'inline',
  content: bytes,
});

/** The parts of a mail that are not of its delivery. */
interface Inside {
  /** The mark of this Belfry's mails. */
  readonly mark: string;
  readonly picture: Picture | null;
}

/**
 * One mail. Its Message-ID is the notification's, the same over all attempts. All mails about an alert
 * answer to one id that no mail has, so that they form a thread whichever of them arrive.
 */
function smtpMessage(
  config: SmtpConfig,
  delivery: Delivery,
  { mark, picture }: Inside,
  now: number,
): SendMailOptions {
  const { knownAs, bundle, event, notificationId, messages } = delivery;
  const { title, body } = readableText(delivery);
  const domain = config.from.slice(config.from.lastIndexOf('@') + 1);
  const thread = `<alert-${knownAs}@${domain}>`;
  const cid = `picture-${notificationId}@${domain}`;
  const alt = htmlAttribute(messages.text('message.picture'));
  const image = picture === null ? '' : `<img src="cid:${htmlAttribute(cid)}" alt="${alt}">`;
  return {
    from: { name: 'Belfry', address: config.from },
    to: recipientsOf(config),
    subject: shownText(delivery).title,
    messageId: `<${notificationId}@${domain}>`,
    ...(bundle || event === 'test' ? {} : { inReplyTo: thread, references: thread }),
    date: new Date(now),
    ...(firingSeverity(delivery) === 'critical' && { priority: 'high' }),
    headers: {
      // These prevent automatic replies: the first is RFC 3834's, the second only works with Exchange.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      // Our own listener refuses it, since what it says is known here.
      [MARK_HEADER]: mark,
    },
    text: joined([body === '' ? title : body, joined(linkLines(delivery))], '\n\n'),
    html: htmlOf(title, body, image, htmlLinks(delivery, ' &middot; ')),
    ...(picture !== null && { attachments: [inlined(picture, cid)] }),
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
  /** The server's answer with its code; absent without one. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** The command that was refused. */
  readonly command?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
}

/** Returns the server's words, else those of the client. */
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

/** Returns the outcome if recipients were refused; `delivered` are the others. */
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
  if (!passing) return failed('rejected', reason, saidBy(first));
  // The others would get it again with every try that spends no attempt.
  const failureClass =
    delivered.length === 0 && isLimited(passing) ? 'rate_limited' : 'server_error';
  return failed(failureClass, reason, saidBy(passing));
}

/** A loop that a server found (RFC 3463). */
const LOOPS = /\b5\.4\.6\b/;

/** The names are those of `codeOf`. */
const REFUSALS: readonly Refusal[] = [
  ['ETLS', 'configuration', 'failure.mail_starttls_missing', 'security'],
  ['loop', 'configuration', 'failure.mail_loop', 'to', 'host'],
  ['limited', 'rate_limited', 'failure.rate_limited'],
  ['temporary', 'server_error', 'failure.unavailable'],
  ['STARTTLS', 'configuration', 'failure.mail_starttls_required', 'security'],
  ['EAUTH', 'authentication', 'failure.mail_login', 'username', 'password'],
  ['sender', 'rejected', 'failure.mail_sender', 'from'],
  ['', 'rejected', 'failure.rejected'],
];

/** nodemailer's codes for a server that said nothing. */
const SILENCES: readonly Refusal[] = [
  ['EPROTOCOL', 'configuration', 'failure.mail_no_server', 'host', 'port'],
  ['EAUTH', 'authentication', 'failure.mail_login', 'username', 'password'],
  ['ETIMEDOUT', 'timeout', 'failure.mail_no_answer', 'security', 'port'],
  [['ECONNECTION', 'ETLS'], 'connection', 'failure.mail_disconnected', 'security', 'port'],
];

/** Codes whose errors say what the client met. */
const SPEAKING: ReadonlySet<string> = new Set(['EPROTOCOL', 'EAUTH']);

function codeOf(error: SmtpError): string {
  const { code, command, response = '', responseCode } = error;
  if (code === 'ETLS') return code;
  if (LOOPS.test(response)) return 'loop';
  if (isTemporary(error)) return isLimited(error) ? 'limited' : 'temporary';
  if (responseCode === 530 && /STARTTLS/i.test(response)) return 'STARTTLS';
  // 530 asks for a login, whatever command it answers.
  if (code === 'EAUTH' || responseCode === 530) return 'EAUTH';
  return command === 'MAIL FROM' ? 'sender' : '';
}

/** Returns what a mail that was not accepted means. Never throws. */
function outcomeOfSmtpError(thrown: unknown): Outcome {
  if (!(thrown instanceof Error)) return outcomeOfDialError(thrown, 'smtp.certificate');
  const error: SmtpError = thrown;
  const { message, originalCode, responseCode, rejectedErrors = [], code = '' } = error;
  if (originalCode !== undefined) {
    const original = Object.assign(new Error(message), { code: originalCode });
    return outcomeOfDialError(original, 'smtp.certificate');
  }
  const refused = outcomeOfRecipients(rejectedErrors, []);
  if (refused) return refused;
  const status = `SMTP ${responseCode ?? 0}`;
  const refuser = { kind: 'smtp', service: 'mail_server', status } as const;
  const outcome =
    responseCode === undefined
      ? refusalOf(SILENCES, code, refuser, SPEAKING.has(code) ? saidBy(error) : {})
      : refusalOf(REFUSALS, codeOf(error), refuser, saidBy(error));
  return outcome ?? outcomeOfDialError(error, 'smtp.certificate');
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
  inside: Inside,
  { clock, signal }: SendContext,
): Promise<Outcome> {
  const { security, username, password } = config;
  const trust = trustIn(config.certificate);
  const address = addressOf(config);
  const servername = serverName(config.host);
  // Loaded by the first mail, since most installations send none.
  const { createTransport } = await import('nodemailer');
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
  const message = { ...smtpMessage(config, delivery, inside, clock.now()), signal };
  const { accepted, response, rejectedErrors = [] } = await transport.sendMail(message);
  return outcomeOfRecipients(rejectedErrors, accepted) ?? sent({ responseExcerpt: response });
}

/** Returns true if the server refused what the mail holds, and so took it for none of its recipients. */
const isContentRefused = (thrown: unknown): boolean => {
  const { command, responseCode = 0 } = thrown as SmtpError;
  return command === 'DATA' && responseCode >= 500;
};

/** Sends the mail with its picture, and at once without it if the server refuses it. Never rejects. */
async function deliverShown(
  config: SmtpConfig,
  delivery: Delivery,
  mark: string,
  context: SendContext,
): Promise<Outcome> {
  const picture = await ownPictureOf(delivery, context);
  try {
    return await deliver(config, delivery, { mark, picture }, context);
  } catch (error) {
    if (picture === null || !isContentRefused(error)) return outcomeOfSmtpError(error);
    const inside = { mark, picture: null };
    return deliver(config, delivery, inside, context).catch(outcomeOfSmtpError);
  }
}

/** Returns the password as it is sent. */
function wireSecrets({ username = '', password }: SmtpConfig): string[] {
  if (password === undefined) return [];
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  // The server's words are put on one line before secrets are looked for.
  return [oneLine(password), base64(password), base64(`\0${username}\0${password}`)];
}

/** Mail over an SMTP server. `mark` returns the mark of this Belfry's mails. */
export const createSmtp = (mark: () => string): ChannelAdapter<SmtpConfig> => ({
  kind: 'smtp',
  audience: 'people',
  // Servers take their time over greetings and checks of content.
  timeoutMs: 60_000,
  concurrency: 1,
  // The limit of Exchange Online, the lowest of the large providers.
  rateLimit: { count: 30, perMs: 60_000 },
  target(config, messages) {
    const { host, port } = addressOf(config);
    const server = `${host}:${port}`;
    return messages.text('channels.target.smtp', { recipients: config.to, server });
  },
  shown: shownText,
  async send(config, delivery, context) {
    const count = recipientsOf(config).length;
    const to = count === 1 ? '1 recipient' : `${count} recipients`;
    const request = requestLine('MAIL', delivery, to);
    const outcome = await deliverShown(config, delivery, mark(), context);
    return {
      ...outcomeWithout(outcome, [...secretsOf('smtp', config, delivery), ...wireSecrets(config)]),
      request,
    };
  },
});
