import { Notification, type ActivationArguments } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { DesktopNotice, DesktopNotifier, NoticeChoice } from '../channels/desktop-notifier.ts';
import { noticeText } from '../domain/notice-text.ts';
import { interrupted, sent, type Outcome } from '../domain/outcome.ts';
import type { KeptNotice, NoticeTable } from './notice-table.ts';

/** Each platform reports `show` or `failed` right away; this is for a notification service that hangs. */
const CONFIRM_TIMEOUT_MS = 5_000;
/** Notifications kept for replacing, closing and clicks; the oldest beyond that are forgotten. */
const KEPT_MAX = 200;

/**
 * Matches the text of a refusal by Windows or macOS that only a person can lift: notifications are switched
 * off for Belfry. Electron passes it on as text, which macOS translates; a translated one is tried again.
 */
const DENIED = /\b(settings|capabilities) prevent the notification|privileges|not allowed\b/i;

/**
 * The notifications of Windows and macOS. Every one is kept referenced until it is gone from the screen:
 * Electron drops the click of a notification that was garbage-collected. Not for Linux, where Electron
 * waits for the notification server on the main thread.
 */
export class OsNotifications implements DesktopNotifier {
  readonly #clock: Clock;
  readonly #onChoice: (choice: NoticeChoice) => void;
  readonly #table: NoticeTable;
  readonly #shown = new Map<string, Notification>();

  constructor(clock: Clock, table: NoticeTable, onChoice: (choice: NoticeChoice) => void) {
    this.#clock = clock;
    this.#table = table;
    this.#onChoice = onChoice;
  }

  /**
   * Takes what people do with notices of an earlier process: Windows may start this one for it, macOS hands
   * them over. Call once the core runs, since a button acts at once.
   */
  async start(): Promise<void> {
    if (process.platform === 'win32') {
      Notification.handleActivation((activation) => this.#activated(activation));
    }
    if (process.platform !== 'darwin') return;
    for (const notification of await Notification.getHistory()) {
      const notice = this.#table.find(notification.id);
      if (notice !== null && !this.#shown.has(notice.tag)) this.#keep(notice, notification);
    }
  }

  /** One of this process says so itself. */
  #activated({ type, arguments: text, actionIndex }: ActivationArguments): void {
    const tag = new URLSearchParams(text).get('tag') ?? '';
    if (this.#shown.has(tag)) return;
    const unknown: KeptNotice = { tag, route: null, alertId: null, actions: ['open'] };
    const notice = this.#table.find(tag) ?? unknown;
    const buttons = notice.actions.filter((name) => name !== 'open');
    const action = type === 'action' ? buttons[actionIndex ?? -1] : 'open';
    if (action) this.#onChoice({ action, notice, activationToken: null });
  }

  async show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome> {
    if (!Notification.isSupported()) {
      const reason = { code: 'failure.desktop_no_service', params: {} } as const;
      return { kind: 'transient', class: 'connection', reason };
    }
    // Closed before its successor is shown: afterwards it would take that one off the screen on
    // Windows, where both carry the same tag.
    this.close(notice.tag);
    const buttons = notice.actions.filter(({ name }) => name !== 'open');
    const notification = new Notification({
      ...noticeText(notice),
      id: notice.tag,
      urgency: notice.urgency,
      silent: notice.sound === null,
      timeoutType: notice.urgency === 'critical' ? 'never' : 'default',
      actions: buttons.map(({ label }) => ({ type: 'button', text: label })),
    });
    notification.on('action', ({ actionIndex }) => {
      const action = buttons[actionIndex]?.name;
      if (action) this.#onChoice({ action, notice, activationToken: null });
    });
    this.#keep(notice, notification);
    this.#table.put(notice);
    const outcome = await this.#confirmed(notification, signal);
    if (outcome.kind !== 'sent') this.#forget(notice.tag, notification);
    return outcome;
  }

  close(tag: string): void {
    const notification = this.#shown.get(tag);
    this.#shown.delete(tag);
    this.#table.remove(tag);
    notification?.close();
  }

  #keep(notice: NoticeChoice['notice'], notification: Notification): void {
    notification.on('click', () =>
      this.#onChoice({ action: 'open', notice, activationToken: null }),
    );
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
    if (this.#shown.get(tag) !== notification) return;
    this.#shown.delete(tag);
    this.#table.remove(tag);
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
      notification.once('failed', (_event, error) => settle(failedOutcome(error)));
      signal.addEventListener('abort', abandon, { once: true });
      notification.show();
    });
  }
}

const failedOutcome = (receiverText: string): Outcome =>
  DENIED.test(receiverText)
    ? {
        kind: 'permanent',
        class: 'configuration',
        reason: { code: 'failure.desktop_denied', params: {} },
        receiverText,
      }
    : {
        kind: 'transient',
        class: 'connection',
        reason: { code: 'failure.desktop_refused', params: {} },
        receiverText,
      };
