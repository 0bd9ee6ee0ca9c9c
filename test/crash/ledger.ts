import type { Receipt } from './receiver.ts';
import type { NotificationRow } from './database-copy.ts';

/** The sender's knowledge of a resolve: never sent, sent without an answer, or answered 2xx. */
export type ResolveFate = 'none' | 'unanswered' | 'accepted';

const needed: Record<ResolveFate, (types: ReadonlySet<string>) => boolean> = {
  none: (types) => types.has('alert.raised'),
  // A resolve that was stored before its raise went out supersedes it; either tells the receiver.
  unanswered: (types) => types.has('alert.raised') || types.has('alert.resolved'),
  accepted: (types) => types.has('alert.resolved'),
};

export interface Summary {
  readonly accepted: number;
  readonly unanswered: number;
  readonly receipts: number;
  readonly duplicates: number;
  readonly inFlightAtKills: number;
}

/** Everything that was promised and everything that arrived, and what follows from comparing them. */
export class Ledger {
  readonly violations: string[] = [];
  readonly #alerts = new Map<string, ResolveFate>();
  readonly #receipts = new Map<string, Receipt & { count: number }>();
  readonly #received = new Map<string, Set<string>>();
  readonly #sendingAtKills = new Map<string, number>();
  #accepted = 0;
  #unanswered = 0;

  raised(alertId: string): void {
    this.#accepted += 1;
    this.#alerts.set(alertId, 'none');
  }

  resolveSent(alertId: string): void {
    this.#alerts.set(alertId, 'unanswered');
  }

  resolved(alertId: string): void {
    this.#accepted += 1;
    this.#alerts.set(alertId, 'accepted');
  }

  unanswered(): void {
    this.#unanswered += 1;
  }

  received(receipt: Receipt): void {
    const known = this.#receipts.get(receipt.notificationId);
    if (known) known.count += 1;
    else this.#receipts.set(receipt.notificationId, { ...receipt, count: 1 });
    const key = receipt.channel + receipt.alertId;
    const types = this.#received.get(key);
    if (types) types.add(receipt.type);
    else this.#received.set(key, new Set([receipt.type]));
  }

  /** Ids whose rows said `sending` when the server was killed: each may arrive once more. */
  killed(sending: readonly string[]): void {
    for (const id of sending) {
      this.#sendingAtKills.set(id, (this.#sendingAtKills.get(id) ?? 0) + 1);
    }
  }

  /** Accepted events whose alert no channel has heard of yet. */
  get backlog(): number {
    return this.#alerts.size - this.#received.size;
  }

  get summary(): Summary {
    const counts = [...this.#receipts.values()].map(({ count }) => count);
    const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
    return {
      accepted: this.#accepted,
      unanswered: this.#unanswered,
      receipts: sum(counts),
      duplicates: sum(counts) - counts.length,
      inFlightAtKills: sum(this.#sendingAtKills.values()),
    };
  }

  /** `states` are the alerts as the API lists them, by id. */
  checkAlerts(states: ReadonlyMap<string, string>): void {
    for (const [id, resolve] of this.#alerts) {
      const state = states.get(id);
      if (state === undefined) this.violations.push(`alert ${id} was answered 2xx and is gone`);
      if (resolve === 'accepted' && state === 'open') {
        this.violations.push(`alert ${id} is open though its resolve was answered 2xx`);
      }
    }
  }

  checkDeliveries(channels: readonly string[]): void {
    for (const [id, resolve] of this.#alerts) {
      for (const channel of channels) {
        if (!needed[resolve](this.#received.get(channel + id) ?? new Set())) {
          this.violations.push(`${channel} never heard of alert ${id} (resolve: ${resolve})`);
        }
      }
    }
  }

  checkDuplicates(): void {
    for (const [id, { count }] of this.#receipts) {
      const explained = this.#sendingAtKills.get(id) ?? 0;
      if (count - 1 > explained) {
        this.violations.push(`${id} arrived ${count} times, in flight at ${explained} kills`);
      }
    }
  }

  /** The rows after a clean stop must tell the same story as the receiver. */
  checkRows(rows: readonly NotificationRow[]): void {
    const ids = new Set(rows.map(({ id }) => id));
    for (const { id, status } of rows) {
      const settled = status === 'sent' || status === 'cancelled';
      if (!settled) this.violations.push(`notification ${id} is left ${status}`);
      if (status === 'sent' && !this.#receipts.has(id)) {
        this.violations.push(`notification ${id} says sent and never arrived`);
      }
    }
    for (const id of this.#receipts.keys()) {
      if (!ids.has(id)) this.violations.push(`notification ${id} arrived and has no row`);
    }
  }
}
