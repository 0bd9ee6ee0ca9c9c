import { PARTS_MAX } from './entry-codec.ts';
import type { SealedEntry } from './log-messages.ts';
import type { StoredPart } from './nats-log.ts';

/** Puts entries together from their parts. */
export class EntryParts {
  #parts: StoredPart[] = [];

  /**
   * Returns the entry that a part is the last one of. An entry that lacks a part was never answered for, and the
   * next one has its number.
   */
  add(part: StoredPart): SealedEntry | null {
    const { number, place, index, count } = part;
    if (index === 0) this.#parts = [];
    if (index !== this.#parts.length || index >= PARTS_MAX) {
      this.#parts = [];
      return null;
    }
    this.#parts.push(part);
    if (this.#parts.length < count) return null;
    const bytes = Buffer.concat(this.#parts.map((each) => each.bytes));
    this.#parts = [];
    return { number, place, bytes };
  }
}
