import type { Severity } from '../contract/primitives.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Messages } from '../messages/messages.ts';

/** An action that a notice offers: a button, and for `open` a click on the notice itself. */
export interface NoticeAction {
  readonly name: 'open' | 'acknowledge' | 'snooze';
  readonly label: string;
}

/** Returns the action that every notice has: to open what it is about. */
export const openAction = (messages: Messages): NoticeAction => ({
  name: 'open',
  label: messages.text('notice.action.open'),
});

/** Returns the actions that an open alert asks for. */
export const askedActions = (messages: Messages): NoticeAction[] =>
  (['acknowledge', 'snooze'] as const).map((name) => ({
    name,
    label: messages.text(`message.action.${name}`),
  }));

export interface DesktopNotice {
  /** Replaces an earlier notice with the same tag. The alert's id, or a test's notification id. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  /** The route that a click opens, such as `#/alerts/<id>`; null opens the window where it was. */
  readonly route: string | null;
  /** The alert that `acknowledge` and `snooze` act on; null if the notice offers neither. */
  readonly alertId: string | null;
  readonly actions: readonly NoticeAction[];
  /** The alerts that it is about, for one of many that may be shown as one; null is always shown alone. */
  readonly alerts: {
    readonly ids: readonly string[];
    readonly worst: Severity;
    /** True if all of them are over. */
    readonly areOver: boolean;
  } | null;
  /** The severity whose sound it has; null is shown silently. */
  readonly sound: Severity | null;
}

/** Returns how urgent a notification about an alert is. GNOME shows no banner for `low`, so only what is over has it. */
export const urgencyOf = (severity: Severity | null): DesktopNotice['urgency'] =>
  severity === null ? 'low' : severity === 'critical' ? 'critical' : 'normal';

/** A person's choice on a notice. */
export interface NoticeChoice {
  readonly action: NoticeAction['name'];
  readonly notice: Pick<DesktopNotice, 'tag' | 'route' | 'alertId'>;
  /** Lets a program that is opened now come to the front (XDG activation); null where there is none. */
  readonly activationToken: string | null;
}

/** The operating system's notifications, as the host provides them. */
export interface DesktopNotifier {
  show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome>;
  /** Takes a notice off the screen where the platform can. Never throws. */
  close(tag: string): void;
}
