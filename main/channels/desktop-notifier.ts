import type { Outcome } from '../domain/outcome.ts';

export interface DesktopNotice {
  /** Replaces an earlier notice with the same tag. The alert's id, or a test's notification id. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  /** The route that a click opens, such as `#/alerts/<id>`; null opens the window where it was. */
  readonly route: string | null;
}

/** The operating system's notifications, as the host provides them: Electron's, or node-notifier's. */
export interface DesktopNotifier {
  show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome>;
  /** Takes a notice off the screen where the platform can. Never throws. */
  close(tag: string): void;
}
