import { StoredTask, type TaskDeps } from '../scheduler/task-work.ts';
import type { Tables } from '../store/tables.ts';
import type { Committed, Unit } from '../store/unit.ts';
import type { AlertCloser } from './alert-closer.ts';

export interface MessageClosingDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'messages'>;
  readonly closer: AlertCloser;
}

/** If more notifications changed, all open messages are looked at instead. */
const CHANGED_MAX = 5_000;
/** Small, so that ingest gets its turn between batches. */
const BATCH = 200;

/**
 * Closes messages of which nothing is queued any more: all sent, dead or cancelled, whichever way that
 * came about. It looks at those whose notifications changed, and at all of them after a start, so that
 * a crash between the last attempt and this leaves none open. Nothing is queued for the closing.
 */
export class MessageClosing extends StoredTask<MessageClosingDeps> {
  protected readonly entities = ['notification', 'everything'] as const;
  /** Notifications that changed since the last run. */
  #changed = new Set<string>();
  #lookAtAll = true;

  override start(): void {
    this.#lookAtAll = true;
    void super.start();
  }

  run(): void {
    const { messages } = this.deps.tables;
    const settled = this.#lookAtAll
      ? messages.settled(BATCH)
      : messages.settledAmong([...this.#changed]);
    this.#lookAtAll = this.#lookAtAll && settled.length === BATCH;
    this.#changed = new Set();
    this.forget();
    if (settled.length === 0) return;
    const closed = this.deps.writer.submit((unit) => {
      for (const id of settled) this.settle(unit, id, this.deps.clock.now());
    });
    this.work.begin(
      closed.catch((error: unknown) => {
        this.#lookAtAll = true;
        throw error;
      }),
      'Could not close messages that are settled',
    );
  }

  /** Closes it if nothing of it is queued; within the caller's transaction. */
  settle(unit: Unit, id: string, now: number): void {
    const alert = this.deps.tables.messages.closeSettled(id, now);
    if (!alert) return;
    const reason = { code: 'event.message_settled', params: {} } as const;
    this.deps.closer.closed(unit, alert, 'resolved', { actor: 'belfry', reason, at: now });
    const durationMs = Math.max(0, now - alert.startedAt);
    unit.counted({ type: 'alert_resolved', kind: alert.kind, durationMs });
  }

  protected findNext(): number | null {
    return this.#lookAtAll || this.#changed.size > 0 ? 0 : null;
  }

  protected override heard({ changes }: Committed): void {
    if (!this.started || !this.deps.tables.messages.anyOpen()) return;
    for (const change of changes) {
      if (change.entity === 'notification') this.#changed.add(change.id);
      else if (change.entity === 'everything') this.#lookAtAll = true;
    }
    if (this.#changed.size > CHANGED_MAX) this.#lookAtAll = true;
    this.lookAgain();
  }
}
