import { errorText } from '../base/logger.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import type { DesktopNotice, DesktopNotifier } from './desktop-notifier.ts';
import { htmlText } from './markup.ts';
import { failed } from './refusal.ts';

/** The part of node-notifier's `NotifySend` that is used. */
export interface NotifySendLike {
  notify(
    options: Record<string, string>,
    callback: (error: unknown, response?: unknown) => void,
  ): unknown;
}

const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;

/** Control characters but newline: NUL makes the spawn throw, the others garble the notice. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

const cleaned = (text: string, charsMax: number): string => {
  const cut = boundedText(text.replace(CONTROL, ' '), charsMax);
  // notify-send reads a word that begins with a dash as an option; a zero-width space keeps it a word.
  return cut.startsWith('-') ? `\u200b${cut}` : cut;
};

/** notify-send undoes C escapes in the body, and the notification daemon reads it as markup. */
const bodyText = (body: string): string =>
  htmlText(cleaned(body, BODY_CHARS_MAX).replaceAll('\\', '\\\\'));

const failureOf = (error: unknown): Outcome => {
  const text = typeof error === 'string' ? error : errorText(error);
  if (/Only supported on/.test(text)) {
    return failed('configuration', { code: 'failure.desktop_unsupported', params: {} });
  }
  if (/ENOENT|not found|must be installed/i.test(text)) {
    return failed('configuration', { code: 'failure.desktop_no_notify_send', params: {} });
  }
  return failed('connection', { code: 'failure.desktop_no_service', params: {} });
};

/**
 * Desktop notifications without Electron, by node-notifier over notify-send. It goes through a shell,
 * so everything is cleaned first; it can neither replace a notice nor take one down.
 */
export function createNodeNotifierPort(notifier: NotifySendLike): DesktopNotifier {
  return {
    show: ({ title, body, urgency }: DesktopNotice) =>
      new Promise<Outcome>((resolve) => {
        const options = {
          title: cleaned(title, TITLE_CHARS_MAX).replaceAll('\n', ' '),
          // It refuses an empty message.
          message: body === '' ? ' ' : bodyText(body),
          urgency,
          'app-name': 'Belfry',
        };
        notifier.notify(options, (error) => resolve(error ? failureOf(error) : sent()));
      }),
    close: () => undefined,
  };
}
