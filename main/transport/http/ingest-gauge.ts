import { HTTP_LIMITS } from './http-limits.ts';

/** Bounds what ingest requests hold in memory while they are read and wait for their commit. */
export class IngestGauge {
  #requests = 0;
  #bytes = 0;

  /** Takes a place for a request of that many announced bytes; false when there is none. */
  enter(bytes: number): boolean {
    if (
      this.#requests >= HTTP_LIMITS.ingestInFlightMax ||
      this.#bytes + bytes > HTTP_LIMITS.ingestInFlightBytesMax
    ) {
      return false;
    }
    this.#requests += 1;
    this.#bytes += bytes;
    return true;
  }

  /** Gives back a place that `enter` granted, with the same number of bytes. */
  leave(bytes: number): void {
    this.#requests -= 1;
    this.#bytes -= bytes;
  }
}
