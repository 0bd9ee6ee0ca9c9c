/**
 * The requests to the host that are under way, each with the changes since it was made, which its answer
 * may not know. An answer counts until that of a newer request has come, so that a host that answers more
 * slowly than it is asked is still heard.
 */
export class PendingRequests<Change> {
  readonly #underWay = new Map<number, Change[]>();
  #last = 0;

  /** Registers a request and returns its number. */
  begin(): number {
    this.#last += 1;
    this.#underWay.set(this.#last, []);
    return this.#last;
  }

  note(changes: readonly Change[]): void {
    for (const since of this.#underWay.values()) since.push(...changes);
  }

  /** Returns the changes since an answered request was made; null if its answer no longer counts. */
  answered(request: number): readonly Change[] | null {
    const since = this.#underWay.get(request);
    if (!since) return null;
    for (const other of this.#underWay.keys()) if (other <= request) this.#underWay.delete(other);
    return since;
  }

  /** Ignores the answers to all requests that are under way. */
  drop(): void {
    this.#underWay.clear();
  }
}
