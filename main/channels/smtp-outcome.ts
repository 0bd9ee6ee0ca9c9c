import { oneLine } from '../domain/message-text.ts';
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

/** Not cut here: whoever takes the secrets out of it does so afterwards. */
const textsOf = ({ response, message }: SmtpError): string =>
  ` It says: “${oneLine(response ?? message)}”.`;

const said = ({ response }: SmtpError): { responseExcerpt?: string } =>
  response === undefined ? {} : { responseExcerpt: response };

const isTemporary = ({ responseCode }: SmtpError): boolean =>
  responseCode !== undefined && responseCode >= 400 && responseCode < 500;

/** Words for too much mail at once. A full mailbox has a quota, too, and "temporarily" holds a rate. */
const LIMITED = /\btoo (?:many|much|fast)\b|\brate\b|\blimit|\bthrottl|\bquota\b/i;
const FULL_MAILBOX = /\b4\.2\.2\b|\bmailbox\b/i;

function later(error: SmtpError, what: string, others = ''): Outcome {
  const words = error.response ?? '';
  // Whoever got it would get it again with every try that spends no attempt.
  const limited = others === '' && LIMITED.test(words) && !FULL_MAILBOX.test(words);
  return {
    kind: 'transient',
    class: limited ? 'rate_limited' : 'server_error',
    message: `${what} for now.${others}${textsOf(error)}`,
    ...said(error),
  };
}

const never = (error: SmtpError, kind: PermanentClass, what: string, fix: string): Outcome => ({
  kind: 'permanent',
  class: kind,
  message: `${what}. ${fix}${textsOf(error)}`,
  ...said(error),
});

/** Some or all of the recipients were refused; whether the others were told stands in `told`. */
export function outcomeOfRecipients(
  refused: readonly SmtpError[],
  told: readonly string[],
): Outcome | null {
  const [first] = refused;
  if (!first) return null;
  const names = refused.map(({ recipient }) => recipient ?? '').join(', ');
  const others = told.length === 0 ? '' : ` ${told.join(', ')} got it.`;
  const passing = refused.find(isTemporary);
  if (passing) return later(passing, `The server does not take mail for ${names}`, others);
  return never(
    first,
    'rejected',
    `The server does not take mail for ${names}`,
    `Correct the field Recipients.${others}`,
  );
}

const TLS_FIX =
  'Set the encryption to TLS if the port speaks it from the start, or to none for a server in your own network.';

/** What a mail that was not taken means. Never throws; the server's own words are kept with the fix. */
export function outcomeOfSmtpError(thrown: unknown): Outcome {
  if (!(thrown instanceof Error)) return outcomeOfDialError(thrown);
  const error: SmtpError = thrown;
  if (error.originalCode !== undefined) {
    return outcomeOfDialError(
      Object.assign(new Error(error.message), { code: error.originalCode }),
    );
  }
  if (error.rejectedErrors) {
    const refused = outcomeOfRecipients(error.rejectedErrors, []);
    if (refused) return refused;
  }
  if (error.responseCode === undefined) return outcomeOfSilence(error);
  if (error.code === 'ETLS') {
    return never(error, 'configuration', 'The server offers no STARTTLS', TLS_FIX);
  }
  if (isTemporary(error)) return later(error, 'The server does not take mail');
  if (error.responseCode === 530 && /STARTTLS/i.test(error.response ?? '')) {
    return never(error, 'configuration', 'The server wants encryption', 'Set it to STARTTLS.');
  }
  // 530 asks for a login, whatever command it answers.
  if (error.code === 'EAUTH' || error.responseCode === 530) {
    return never(
      error,
      'authentication',
      'The server refuses the login',
      'Check the fields User name and Password; with two-factor authentication it wants an app password.',
    );
  }
  if (error.command === 'MAIL FROM') {
    return never(
      error,
      'rejected',
      'The server refuses the sender',
      'Correct the field Sender: it has to belong to the login.',
    );
  }
  return never(error, 'rejected', 'The server refuses the mail', 'Its words may say why.');
}

/** The server said nothing that has a code. */
function outcomeOfSilence(error: SmtpError): Outcome {
  switch (error.code) {
    case 'EPROTOCOL':
      return never(
        error,
        'configuration',
        'What answers there is no mail server',
        'Correct the fields Server and Port.',
      );
    case 'EAUTH':
      return never(
        error,
        'authentication',
        'The login did not come about',
        'Check the fields User name and Password.',
      );
    case 'ETIMEDOUT':
      return {
        kind: 'transient',
        class: 'timeout',
        message:
          'The server did not answer in time. If it never does, check whether the encryption fits the port.',
      };
    case 'ECONNECTION':
    case 'ETLS':
      return {
        kind: 'transient',
        class: 'connection',
        message: 'The server ended the connection. If it always does, check encryption and port.',
      };
    default:
      return outcomeOfDialError(error);
  }
}
