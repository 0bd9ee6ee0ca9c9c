/** Everything that was promised and everything that arrived, and what follows from comparing them. */
export class Accounts {
  readonly #accepted = new Map<string, { isResolved: boolean }>();
  /** The types that arrived for an alert, in order. */
  readonly #heard = new Map<string, string[]>();
  /** How often each notification arrived. */
  readonly #arrivals = new Map<string, number>();
  refused = 0;

  raised(alertId: string): void {
    this.#accepted.set(alertId, { isResolved: false });
  }

  resolved(alertId: string): void {
    this.#accepted.set(alertId, { isResolved: true });
  }

  received(notificationId: string, alertId: string, type: string): void {
    this.#arrivals.set(notificationId, (this.#arrivals.get(notificationId) ?? 0) + 1);
    const heard = this.#heard.get(alertId);
    if (heard) heard.push(type);
    else this.#heard.set(alertId, [type]);
  }

  get accepted(): number {
    return this.#accepted.size;
  }

  get duplicates(): number {
    return [...this.#arrivals.values()].reduce((sum, count) => sum + count - 1, 0);
  }

  /** Returns what is wrong with the alerts in a core's database, by id. */
  checkAlerts(core: string, states: ReadonlyMap<string, string>): string[] {
    return [...this.#accepted].flatMap(([id, { isResolved }]) => {
      const state = states.get(id);
      if (state === undefined) return [`${core}: alert ${id} was accepted and is gone`];
      if (isResolved && state !== 'resolved') return [`${core}: alert ${id} is still ${state}`];
      return [];
    });
  }

  /** Returns what the receiver did not hear, or not in order. */
  checkDeliveries(): string[] {
    return [...this.#accepted].flatMap(([id, { isResolved }]) => {
      const heard = this.#heard.get(id) ?? [];
      const raised = heard.indexOf('alert.raised');
      const resolved = heard.indexOf('alert.resolved');
      // An end that was stored before its beginning went out supersedes it.
      if (isResolved && resolved === -1) return [`nobody heard that alert ${id} was resolved`];
      if (!isResolved && heard.length === 0) return [`nobody heard of alert ${id}`];
      if (raised !== -1 && resolved !== -1 && resolved < raised) {
        return [`alert ${id} was resolved before it was raised`];
      }
      return [];
    });
  }

  /** `cutOff` says how many attempts of a notification were cut off, so that nobody knew whether it arrived. */
  checkDuplicates(cutOff: ReadonlyMap<string, number>): string[] {
    return [...this.#arrivals].flatMap(([id, count]) => {
      const explained = cutOff.get(id) ?? 0;
      if (count - 1 <= explained) return [];
      return [`notification ${id} arrived ${count} times, and was cut off ${explained} times`];
    });
  }
}
