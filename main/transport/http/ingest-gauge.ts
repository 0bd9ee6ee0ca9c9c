/** Bounds how many ingest requests wait for their commit at once. */
export class IngestGauge {
  readonly #max: number;
  #requests = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes a place; false when there is none. */
  enter(): boolean {
    if (this.#requests >= this.#max) return false;
    this.#requests += 1;
    return true;
  }

  /** Gives back a place that `enter` granted. */
  leave(): void {
    this.#requests -= 1;
  }
}
