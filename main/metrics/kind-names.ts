/** Enough for every lab; each one is a separate time series in Prometheus, for each metric that has it. */
export const KINDS_MAX = 200;

/** What every further kind is counted under. */
export const OTHER = 'other';

/**
 * Senders choose what their alerts' kinds are called, so a broken or hostile one could fill the
 * memory here and in Prometheus with names. The first that come keep theirs, the rest share one.
 */
export class KindNames {
  readonly #known = new Set<string>();

  /** The label to count `kind` under. */
  nameOf(kind: string): string {
    if (this.#known.has(kind)) return kind;
    if (this.#known.size >= KINDS_MAX) return OTHER;
    this.#known.add(kind);
    return kind;
  }
}
