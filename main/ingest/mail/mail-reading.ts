import type { ConditionEvent } from '../../domain/condition-event.ts';
import { boundedLog } from '../../domain/bounded-text.ts';
import type { Ping } from '../../domain/heartbeat-ping.ts';
import type { InboundMessage } from '../../domain/inbound-message.ts';
import {
  eventWithoutCredentials,
  messageWithoutCredentials,
} from '../../domain/link-credentials.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Messages } from '../../messages/messages.ts';
import { boundedMessage, conditionEvent } from '../event.ts';
import { inboundMessage, withFiles } from '../message.ts';
import { matchMail, type MailMatch } from './mail-matching.ts';
import type { MailRule } from './mail-rules.ts';
import type { Mail } from './mail.ts';
import { hostOf } from './mail-host.ts';
import { severityOfAll, severityOfMail, severityOfWords } from './mail-severity.ts';

/** The source of the alerts of mails whose token names none. */
export const MAIL_SOURCE = 'mail';

export interface MailContext {
  /** The source that its events carry. */
  readonly source: string;
  /** The catalogue in the language of the settings, for what is added to a sender's text. */
  readonly messages: Messages;
}

/** The alerts that a mail becomes. */
export interface MailReading {
  readonly events: readonly ConditionEvent[];
  readonly messages: readonly InboundMessage[];
}

/** Returns the text of a mail with what else there is to say of it. */
function textOf({ text, files, isCut }: Mail, messages: Messages): string {
  const whole = withFiles(text, files, messages);
  if (!isCut) return whole;
  const said = messages.text('message.mail.cut');
  return whole === '' ? said : `${boundedLog(whole, LIMITS.messageCharsMax / 2)}\n\n${said}`;
}

/**
 * Reads a mail as alerts: what a rule knows as that says, anything else as a message. A condition that another
 * mail ends is one here too. `own` are the rules of people, which come first.
 */
export const readMail = (mail: Mail, own: readonly MailRule[], context: MailContext): MailReading =>
  readMatches(mail, matchMail(mail, own), context);

/** Returns the alerts of a mail with what matched in it. */
export function readMatches(
  mail: Mail,
  matches: readonly MailMatch[],
  context: MailContext,
): MailReading {
  const text = textOf(mail, context.messages);
  const whole = boundedMessage(`${mail.subject}\n${text}`.trim());
  const events = matches.flatMap((match) =>
    match.status === 'message' ? [] : [eventOf(mail, whole, match, match.status, context)],
  );
  const known = matches.find(({ status }) => status === 'message');
  if (events.length > 0 && !known) return { events, messages: [] };
  const message = messageOf(mail, text, known ?? null, context);
  // The part of a list that was not read may hold the worst of it.
  const isRest = events.length > 0 && known?.rule.severity === undefined;
  return { events, messages: [isRest ? { ...message, severity: severityOfAll(mail) } : message] };
}

function eventOf(
  mail: Mail,
  whole: string,
  { rule, host, kind, dedupKey, item }: MailMatch,
  status: ConditionEvent['status'],
  { source }: MailContext,
): ConditionEvent {
  const words = severityOfWords(item ?? mail.subject);
  // A condition that says no word of a severity is trouble all the same.
  const said = status === 'firing' && words === 'info' ? 'warning' : words;
  return conditionEvent({
    source,
    host: host || hostOf(mail) || source,
    kind,
    dedupKey,
    status,
    severity: rule.severity ?? said,
    message: item ?? whole,
    labels: [
      ['from', mail.from],
      ['rule', rule.name],
    ],
  });
}

function messageOf(
  mail: Mail,
  text: string,
  match: MailMatch | null,
  context: MailContext,
): InboundMessage {
  const { messages } = context;
  return inboundMessage(
    {
      topic: match?.host || hostOf(mail),
      title: mail.subject,
      text: text === '' && mail.subject === '' ? messages.text('message.mail.empty') : text,
      severity: match?.rule.severity ?? severityOfMail(mail),
      labels: { from: mail.from, ...(match && { rule: match.rule.name }) },
    },
    { headers: mail.key === null ? {} : { 'idempotency-key': mail.key } },
    context,
  );
}

/** Returns a reading without the credentials in its links. */
export const withCleanMail = ({ events, messages }: MailReading): MailReading => ({
  events: events.map(eventWithoutCredentials),
  messages: messages.map(messageWithoutCredentials),
});

/** Returns the ping that a mail to a ping address is, where the address does not say it. */
export const pingActionOf = ({ subject }: Mail): Pick<Ping, 'action' | 'exitStatus'> => ({
  action: severityOfWords(subject) === 'critical' ? 'fail' : 'success',
  exitStatus: null,
});

/** Returns the log of a ping by mail. */
export const pingLogOf = ({ subject, text }: Mail): string =>
  boundedLog(`${subject}\n\n${text}`.trim(), LIMITS.pingLogCharsMax);
