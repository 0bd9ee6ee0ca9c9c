import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork } from '../scheduler/task-work.ts';
import type { MessageTable } from '../store/alerts/message-table.ts';
import type { Committed, Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { AlertCloser } from './alert-closer.ts';

export interface MessageClosingDeps {
  readonly messages: MessageTable;
  readonly closer: AlertCloser;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

/** More changed notifications than these are not looked at one by one. */
const CHANGED_MAX = 5_000;
/** Small, so that ingest gets its turn between batches. */
const BATCH = 200;

/**
 * Closes messages of which nothing is queued any more: all sent, dead or cancelled, whichever way that
 * came about. It looks at those whose notifications changed, and at all of them after a start, so that
 * a crash between the last attempt and this leaves none open. Nothing is queued for the closing.
 */
export class MessageClosing implements Service, Scheduled {
  readonly #deps: MessageClosingDeps;
  readonly #work: TaskWork;
  /** Notifications that changed since the last look. */
  #changed = new Set<string>();
  #lookAtAll = false;
  #started = false;

  constructor(deps: MessageClosingDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    deps.writer.onCommitted((committed) => this.#hear(committed));
  }

  start(): void {
    this.#started = true;
    this.#lookAtAll = true;
    this.#deps.wake();
  }

  stop(): Promise<void> {
    this.#started = false;
    return Promise.resolve();
  }

  nextDueAt(): number | null {
    if (!this.#started || this.#work.busy) return null;
    return this.#lookAtAll || this.#changed.size > 0 ? this.#work.turnFor(0) : null;
  }

  run(): void {
    const { messages, writer, clock } = this.#deps;
    const settled = this.#lookAtAll
      ? messages.settled(BATCH)
      : messages.settledAmong([...this.#changed]);
    this.#lookAtAll = this.#lookAtAll && settled.length === BATCH;
    this.#changed = new Set();
    if (settled.length === 0) return;
    const closed = writer.submit((unit) => {
      for (const id of settled) this.settle(unit, id, clock.now());
    });
    this.#work.begin(
      closed.catch((error: unknown) => {
        this.#lookAtAll = true;
        throw error;
      }),
      'Could not close messages that have been told',
    );
  }

  clockChanged(): void {
    // What is queued depends on no clock.
  }

  /** Closes it if nothing of it is queued; within the caller's transaction. */
  settle(unit: Unit, id: string, now: number): void {
    const alert = this.#deps.messages.closeSettled(id, now);
    if (!alert) return;
    const reason = { code: 'event.message_settled', params: {} } as const;
    this.#deps.closer.closed(unit, alert, 'resolved', { actor: 'belfry', reason, at: now });
    const durationMs = Math.max(0, now - alert.startedAt);
    unit.counted({ type: 'alert_resolved', kind: alert.kind, durationMs });
  }

  #hear({ changes }: Committed): void {
    if (!this.#started || !this.#deps.messages.anyOpen()) return;
    for (const change of changes) {
      if (change.entity === 'notification') this.#changed.add(change.id);
      else if (change.entity === 'everything') this.#lookAtAll = true;
    }
    if (this.#changed.size > CHANGED_MAX) this.#lookAtAll = true;
    if (this.nextDueAt() !== null) this.#deps.wake();
  }
}
