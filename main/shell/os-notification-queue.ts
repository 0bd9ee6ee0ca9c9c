import { errorText } from '../base/logger.ts';
import type { DesktopNotice, DesktopNotifier } from '../channels/desktop-notifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ToCore } from '../transport/worker-messages.ts';

/** Passes the core's requests for OS notifications to the shell's DesktopNotifier, and the outcomes back. */
export class OsNotificationQueue {
  readonly #desktop: DesktopNotifier;
  readonly #post: (message: ToCore) => void;
  readonly #open = new Map<number, AbortController>();

  constructor(desktop: DesktopNotifier, post: (message: ToCore) => void) {
    this.#desktop = desktop;
    this.#post = post;
  }

  async show(id: number, notice: DesktopNotice): Promise<void> {
    const abort = new AbortController();
    this.#open.set(id, abort);
    let outcome: Outcome;
    try {
      outcome = await this.#desktop.show(notice, abort.signal);
    } catch (error) {
      // An error of the operating system's notification service may be temporary.
      const reason = { code: 'failure.desktop_refused', params: {} } as const;
      const receiverText = errorText(error);
      outcome = { kind: 'transient', class: 'connection', reason, receiverText };
    }
    this.#open.delete(id);
    this.#post({ type: 'shown', id, outcome });
  }

  abandon(id: number): void {
    this.#open.get(id)?.abort();
  }

  /** The core that asked is gone. */
  abandonAll(): void {
    for (const abort of this.#open.values()) abort.abort();
  }
}
