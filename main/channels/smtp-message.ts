import type { SendMailOptions } from 'nodemailer';
import type { SmtpConfig } from '../contract/channel-kinds/smtp-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { joined, readableText, type Delivery } from './channel-adapter.ts';
import { htmlText } from './markup.ts';
import { htmlLinks, linkLines } from './message-links.ts';
import { firingSeverity } from './tone.ts';

/** Mail programs show no more of a subject; RFC 5322 has no limit for a folded one. */
const SUBJECT_CHARS_MAX = 200;

export const recipientsOf = ({ to }: SmtpConfig): string[] =>
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
export function smtpMessage(config: SmtpConfig, delivery: Delivery, now: number): SendMailOptions {
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
