import type { Unit } from '../../store/unit.ts';
import type { Release } from './mute-reason.ts';

/** One alert of which nothing is told before `until`, ms UTC. */
export interface Snooze {
  readonly id: string;
  readonly until: number;
}

/** Which alerts are snoozed until when, as their rows in the database have it. */
export class Snoozes {
  readonly #release: Release;
  readonly #untils: Map<string, number>;

  constructor(stored: Iterable<Snooze>, release: Release) {
    this.#release = release;
    this.#untils = new Map([...stored].map(({ id, until }) => [id, until]));
  }

  /** The end of an alert's snooze; null when it is not snoozed at `now`. */
  until(alertId: string, now: number): number | null {
    const until = this.#untils.get(alertId);
    return until !== undefined && until > now ? until : null;
  }

  /** Sets or (with null) ends a snooze. What waits for an end that has moved is asked about again. */
  set(unit: Unit, alertId: string, until: number | null, now: number): void {
    const before = this.#untils.get(alertId) ?? null;
    if (before === until) return;
    this.#put(alertId, until);
    unit.onUndone(() => this.#put(alertId, before));
    if (before !== null) this.#release(unit, 'snooze', alertId, now);
  }

  #put(alertId: string, until: number | null): void {
    if (until === null) this.#untils.delete(alertId);
    else this.#untils.set(alertId, until);
  }
}
