/**
 * The questions to the host that are under way, each with the news that came since it was asked: its
 * answer may have been given before them. An answer counts until a newer question's has come, so that a
 * host that answers more slowly than it is asked is still heard.
 */
export class PendingRequests<News> {
  readonly #underWay = new Map<number, News[]>();
  #last = 0;

  /** Begins a question, and answers its number. */
  ask(): number {
    this.#last += 1;
    this.#underWay.set(this.#last, []);
    return this.#last;
  }

  /** News that an answer under way may not know. */
  note(news: readonly News[]): void {
    for (const since of this.#underWay.values()) since.push(...news);
  }

  /** The news since the question was asked, now that it is answered; null when its answer counts no more. */
  answered(question: number): readonly News[] | null {
    const since = this.#underWay.get(question);
    if (!since) return null;
    for (const other of this.#underWay.keys()) if (other <= question) this.#underWay.delete(other);
    return since;
  }

  /** No answer that is under way counts any more. */
  drop(): void {
    this.#underWay.clear();
  }
}
