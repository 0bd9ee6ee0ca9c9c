import { Notification } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { DesktopNotice, DesktopNotifier } from '../channels/desktop-notifier.ts';
import { interrupted, sent, type Outcome } from '../domain/outcome.ts';
import { plainText } from '../domain/bounded-text.ts';

/** Each platform reports `show` or `failed` right away; this is for a notification service that hangs. */
const CONFIRM_TIMEOUT_MS = 5_000;
/** Notifications kept for replacing, closing and clicks; the oldest beyond that are forgotten. */
const KEPT_MAX = 200;

/** More than any platform shows; a longer text would only cost the notification service. */
const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const clean = (text: string, charsMax: number): string => {
  const printable = plainText(text);
  const characters = [...printable];
  return characters.length <= charsMax
    ? printable
    : characters.slice(0, charsMax - 1).join('') + '…';
};

/**
 * Alert text is hostile: this is what of it reaches the screen. On Linux the body is markup by the
 * Desktop Notifications Specification (1.2, "Markup"), so what looks like a tag is escaped there.
 */
export function noticeText(
  { title, body }: Pick<DesktopNotice, 'title' | 'body'>,
  platform: NodeJS.Platform,
): { title: string; body: string } {
  const text = clean(body, BODY_CHARS_MAX);
  return {
    title: clean(title, TITLE_CHARS_MAX).replace(/\s+/g, ' '),
    body: platform === 'linux' ? text.replace(/[&<>]/g, (mark) => MARKUP[mark] ?? mark) : text,
  };
}

/**
 * The operating system's notifications. Every one is kept referenced until it is gone from the screen:
 * Electron drops the click of a notification that was garbage-collected.
 */
export class OsNotifications implements DesktopNotifier {
  readonly #clock: Clock;
  readonly #onClick: (route: string | null) => void;
  readonly #shown = new Map<string, Notification>();

  constructor(clock: Clock, onClick: (route: string | null) => void) {
    this.#clock = clock;
    this.#onClick = onClick;
  }

  async show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome> {
    if (!Notification.isSupported()) {
      const reason = { code: 'failure.desktop_no_service', params: {} } as const;
      return { kind: 'transient', class: 'connection', reason };
    }
    // Closed before its successor is shown: afterwards it would take that one off the screen on
    // Windows, where both carry the same tag.
    this.close(notice.tag);
    const notification = new Notification({
      ...noticeText(notice, process.platform),
      id: notice.tag,
      urgency: notice.urgency,
      timeoutType: notice.urgency === 'critical' ? 'never' : 'default',
    });
    this.#keep(notice, notification);
    const outcome = await this.#confirmed(notification, signal);
    if (outcome.kind !== 'sent') this.#forget(notice.tag, notification);
    return outcome;
  }

  close(tag: string): void {
    const notification = this.#shown.get(tag);
    this.#shown.delete(tag);
    notification?.close();
  }

  #keep(notice: DesktopNotice, notification: Notification): void {
    notification.on('click', () => this.#onClick(notice.route));
    notification.on('close', ({ reason }) => {
      // On Windows one that timed out lives on in the Action Center, where it can be clicked and closed.
      if (reason !== 'timedOut') this.#forget(notice.tag, notification);
    });
    this.#shown.set(notice.tag, notification);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > KEPT_MAX && oldest !== undefined) this.#shown.delete(oldest);
  }

  /** Forgets exactly this one, since its tag may belong to a successor by now. */
  #forget(tag: string, notification: Notification): void {
    if (this.#shown.get(tag) === notification) this.#shown.delete(tag);
  }

  #confirmed(notification: Notification, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const limit = this.#clock.after(CONFIRM_TIMEOUT_MS, () =>
        settle({
          kind: 'transient',
          class: 'timeout',
          reason: { code: 'failure.timed_out', params: { limitMs: CONFIRM_TIMEOUT_MS } },
        }),
      );
      const abandon = (): void => settle(interrupted('stopped'));
      const settle = (outcome: Outcome): void => {
        limit[Symbol.dispose]();
        signal.removeEventListener('abort', abandon);
        resolve(outcome);
      };
      notification.once('show', () => settle(sent()));
      notification.once('failed', (_event, error) =>
        settle({
          kind: 'transient',
          class: 'connection',
          reason: { code: 'failure.desktop_refused', params: {} },
          // Linux gives no reason.
          receiverText: error,
        }),
      );
      signal.addEventListener('abort', abandon, { once: true });
      notification.show();
    });
  }
}
