import type { AlertSnapshot } from '../contract/notification.ts';
import type { ShownConditions } from './channel-adapter.ts';

/** Where conditions are shown: one link to a broker. */
export interface ConditionBoard {
  readonly isOpen: boolean;
  /** Resolves once the broker has it; rejects when it refuses, or the link breaks before. */
  show(alert: AlertSnapshot): Promise<void>;
}

/** More expired ones than these at once, and everything is shown instead. */
const CLOSED_MAX = 1_000;

/**
 * Shows conditions on one link, each once the broker has the one before. Modes: idle ⇄ busy. What is
 * asked for while it is busy comes next, however often it is asked for.
 */
export class MqttConditions {
  readonly #board: ConditionBoard;
  readonly #shown: ShownConditions;
  readonly #closed = new Set<string>();
  #all = false;
  #isBusy = false;

  constructor(board: ConditionBoard, shown: ShownConditions) {
    this.#board = board;
    this.#shown = shown;
  }

  /** Shows every standing condition. */
  showAll(): void {
    this.#all = true;
    void this.#run();
  }

  /** Shows one that closed without a notification. Without an open link that waits for `showAll`. */
  showClosed(alertId: string): void {
    if (!this.#board.isOpen) return;
    if (this.#closed.size < CLOSED_MAX) this.#closed.add(alertId);
    else this.#all = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let isDone = false; !isDone;) isDone = await this.#step();
    } catch (error) {
      this.#all = false;
      // A link that broke shows everything once it is open again.
      if (this.#board.isOpen) this.#shown.failed(error);
    } finally {
      this.#isBusy = false;
      this.#closed.clear();
    }
  }

  /** Returns true if nothing was left to do. */
  async #step(): Promise<boolean> {
    if (this.#all) {
      this.#all = false;
      for (const alert of this.#shown.standing()) await this.#board.show(alert);
      return false;
    }
    const [id] = this.#closed;
    if (id === undefined) return true;
    this.#closed.delete(id);
    const alert = this.#shown.closed(id);
    if (alert) await this.#board.show(alert);
    return false;
  }
}
