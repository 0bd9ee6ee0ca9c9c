import { addressWithoutCredentials, textWithoutLinkCredentials } from '../base/credentials.ts';
import type { ConditionEvent } from './condition-event.ts';
import type { InboundMessage } from './inbound-message.ts';

/** The fields that an event and a message have in common. */
type Reported = Pick<ConditionEvent, 'labels' | 'annotations' | 'url'>;

const cleanTexts = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.values(texts).some((text) => text.includes('://'))
    ? Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, textWithoutLinkCredentials(text)]),
      )
    : texts;

const clean = ({ labels, annotations, url }: Reported): Reported => ({
  labels: cleanTexts(labels),
  annotations: cleanTexts(annotations),
  url: url === null ? null : addressWithoutCredentials(url),
});

/**
 * An event whose links hold no user, password or field with a credential: whoever may read alerts, and every
 * channel, would have them. Its names lose them too, in a firing and in its end alike.
 */
export const eventWithoutCredentials = (event: ConditionEvent): ConditionEvent => ({
  ...event,
  ...clean(event),
  host: textWithoutLinkCredentials(event.host),
  dedupKey: textWithoutLinkCredentials(event.dedupKey),
  message: textWithoutLinkCredentials(event.message),
});

/** The same for a message. */
export const messageWithoutCredentials = (message: InboundMessage): InboundMessage => ({
  ...message,
  ...clean(message),
  topic: textWithoutLinkCredentials(message.topic),
  title: textWithoutLinkCredentials(message.title),
  text: textWithoutLinkCredentials(message.text),
});
