import type { SendMailOptions } from 'nodemailer';
import type { SmtpConfig } from '../contract/channel-kinds/smtp-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { readableText, type Delivery } from './channel-adapter.ts';
import { htmlAttribute, htmlText } from './escaped-html.ts';
import { firingSeverity } from './firing.ts';
import { messageLinks, type MessageLink } from './message-links.ts';

/** Mail programs show no more of a subject; RFC 5322 has no limit for a folded one. */
const SUBJECT_CHARS_MAX = 200;

export const recipientsOf = ({ to }: SmtpConfig): string[] =>
  to.split(',').map((address) => address.trim());

function htmlOf(title: string, body: string, links: readonly MessageLink[]): string {
  const anchors = links.map(
    ({ title: label, url }) => `<a href="${htmlAttribute(url)}">${htmlText(label)}</a>`,
  );
  const paragraphs = [
    `<strong>${htmlText(title)}</strong>`,
    htmlText(body).replaceAll('\n', '<br>\n'),
    anchors.join(' &middot; '),
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
  const links = messageLinks(delivery);
  const lines = links.map((link) => `${link.title}: ${link.url}`).join('\n');
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
    text: [body === '' ? title : body, lines].filter((part) => part !== '').join('\n\n'),
    html: htmlOf(title, body, links),
    // No line of the text can look like the boundary then, which itself stays the same over attempts.
    encoding: 'quoted-printable',
    baseBoundary: notificationId,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
