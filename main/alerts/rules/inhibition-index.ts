import { valueOf, type Matches } from '../../domain/matching.ts';
import type { RuleRow } from '../../store/rule-tables.ts';
import { storedMatches } from './mute-checks.ts';
import type { MuteSubject } from './mute-reason.ts';

/** A firing alert that mutes others, as far as their timeline speaks of it. */
export interface Inhibitor {
  readonly id: string;
  readonly host: string;
  readonly kind: string;
}

/** Firing sources that agree in the labels of `equal`, by their ids and in the order of their coming. */
interface Bucket {
  /** Those that are no targets themselves: they mute every target. */
  readonly plain: Map<string, Inhibitor>;
  /** Those that are targets as well, which must not mute each other. */
  readonly both: Map<string, Inhibitor>;
}

interface Place {
  readonly key: string;
  readonly side: keyof Bucket;
}

/**
 * The effect of one alert's change on the muted alerts: none, another number of sources, a source that mutes
 * what none had muted, or the end of the source that is named as the reason.
 */
export type Effect = 'none' | 'counts' | 'begins' | 'ceases';

/**
 * One inhibition and the firing alerts that are its sources, indexed so that neither many sources nor
 * many targets make an event slow. Follows Alertmanager: an alert that is source and target alike is
 * muted only by a source that is no target, so that no two alerts mute each other.
 */
export class InhibitionIndex {
  readonly row: RuleRow<'inhibitions'>;
  readonly #isSource: Matches;
  readonly #isTarget: Matches;
  readonly #places = new Map<string, Place>();
  readonly #buckets = new Map<string, Bucket>();

  /** `alerts` are those that are not closed. */
  constructor(row: RuleRow<'inhibitions'>, alerts: Iterable<MuteSubject>) {
    this.row = row;
    this.#isSource = storedMatches(row.sourceMatchers);
    this.#isTarget = storedMatches(row.targetMatchers);
    if (!row.enabled) return;
    for (const alert of alerts) this.note(alert, true);
  }

  /** The number of firing alerts that are its sources. */
  get sources(): number {
    return this.#places.size;
  }

  /** The source that mutes an alert; null when none does. */
  inhibitorOf(alert: MuteSubject): Inhibitor | null {
    if (this.#places.size === 0 || !this.#isTarget(alert)) return null;
    const bucket = this.#buckets.get(this.#keyOf(alert));
    if (!bucket) return null;
    const plain = firstOther(bucket.plain, alert.id);
    if (plain || this.#isSource(alert)) return plain;
    return firstOther(bucket.both, alert.id);
  }

  /** Notes how an alert stands now. */
  note(alert: MuteSubject, firing: boolean): Effect {
    const place = firing && this.#isSource(alert) ? this.#placeOf(alert) : null;
    const before = this.#places.get(alert.id) ?? null;
    if (before?.key === place?.key && before?.side === place?.side) return 'none';
    const ceases = before !== null && this.#remove(alert.id, before);
    const begins = place !== null && this.#add(alert, place);
    if (ceases) return 'ceases';
    return begins ? 'begins' : 'counts';
  }

  /** Returns the place of an alert among the sources; null if it is not a source. */
  placeOf(id: string): Place | null {
    return this.#places.get(id) ?? null;
  }

  /** Puts an alert back where `placeOf` had found it. */
  restore(alert: Inhibitor, place: Place | null): void {
    const now = this.#places.get(alert.id);
    if (now) this.#remove(alert.id, now);
    if (place) this.#add(alert, place);
  }

  #placeOf(alert: MuteSubject): Place {
    return { key: this.#keyOf(alert), side: this.#isTarget(alert) ? 'both' : 'plain' };
  }

  /** As JSON, since any character may be part of a value. */
  #keyOf(alert: MuteSubject): string {
    return JSON.stringify(this.row.equal.map((name) => valueOf(alert, name)));
  }

  /** Answers whether it is the first on its side, which is the one that is named. */
  #add({ id, host, kind }: Inhibitor, place: Place): boolean {
    this.#places.set(id, place);
    const bucket = this.#buckets.get(place.key) ?? { plain: new Map(), both: new Map() };
    this.#buckets.set(place.key, bucket);
    bucket[place.side].set(id, { id, host, kind });
    return bucket[place.side].size === 1;
  }

  /** Answers whether it was the first on its side. */
  #remove(id: string, { key, side }: Place): boolean {
    this.#places.delete(id);
    const bucket = this.#buckets.get(key);
    if (!bucket) return false;
    const [first] = bucket[side].keys();
    bucket[side].delete(id);
    if (bucket.plain.size + bucket.both.size === 0) this.#buckets.delete(key);
    return first === id;
  }
}

function firstOther(inhibitors: ReadonlyMap<string, Inhibitor>, id: string): Inhibitor | null {
  for (const inhibitor of inhibitors.values()) if (inhibitor.id !== id) return inhibitor;
  return null;
}
