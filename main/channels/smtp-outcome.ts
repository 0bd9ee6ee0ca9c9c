import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { outcomeOfDialError } from './connection-outcome.ts';

/** A server's refusal as nodemailer reports it. */
export interface SmtpError extends Error {
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
export function outcomeOfRecipients(
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
export function outcomeOfSmtpError(thrown: unknown): Outcome {
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
