import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { PictureFailure } from '../contract/alert-picture.ts';
import type { FetchedPicture, Picture } from '../domain/picture-format.ts';
import type { Tables } from '../store/tables.ts';
import type { Writer } from '../store/writer.ts';

/** All that a delivery waits for a picture. */
const FETCH_MS = 5_000;

/** A server that did not answer would delay each notification, so it is left alone for this time. */
const REST_MS = 60_000;
const RESTING_MAX = 100;

/** Backups hold the pictures too. */
const LIMITS = { rowsMax: 1_000, bytesMax: 33_554_432 };

export interface PicturesDeps {
  readonly tables: Pick<Tables, 'pictures'>;
  /** Fetches from no other than these hosts; null if the address has none of them. Never rejects. */
  readonly fetch: (
    address: string,
    hosts: readonly string[],
    signal: AbortSignal,
  ) => Promise<FetchedPicture | null>;
  /** The hosts from which pictures may come, as the settings say now. */
  readonly hosts: () => readonly string[];
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The pictures of alerts, each fetched once, by the first message that shows it: all channels, attempts and
 * restarts share what came of that, a failure too. There are never more fetches than messages under way.
 */
export class Pictures implements Service {
  readonly #deps: PicturesDeps;
  /** Until what came of it is stored. */
  readonly #fetching = new Map<string, Promise<Picture | null>>();
  /** Origins that did not answer, and until when they rest, in monotonic ms. */
  readonly #resting = new Map<string, number>();
  #stopped = new AbortController();

  constructor(deps: PicturesDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#stopped.signal.aborted) this.#stopped = new AbortController();
  }

  /** Breaks off what is being fetched. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#fetching.values());
  }

  /**
   * Returns the picture of an alert at an http or https address; null if there is none to show, or
   * `signal` aborts. Never rejects: a message without its picture is better than none.
   */
  async of(alertId: string, address: string, signal: AbortSignal): Promise<Picture | null> {
    try {
      const known = this.#deps.tables.pictures.get(alertId, address);
      if (known) return known.failure === null ? known : null;
      return await unlessAborted(this.#fetched(alertId, address), signal);
    } catch (error) {
      this.#deps.logger.log('error', 'Could not read a picture', { error: errorText(error) });
      return null;
    }
  }

  #fetched(alertId: string, address: string): Promise<Picture | null> {
    const key = `${alertId} ${address}`;
    const fetching = this.#fetching.get(key);
    if (fetching) return fetching;
    if (this.#rests(address)) return Promise.resolve(null);
    const fetched = this.#fetch(address);
    const picture = fetched.then((it) => (it?.failure === null ? it : null));
    this.#fetching.set(key, picture);
    void fetched
      .then((it) => it && this.#keep(alertId, address, it))
      .finally(() => this.#fetching.delete(key));
    return picture;
  }

  async #fetch(address: string): Promise<FetchedPicture | null> {
    const { clock, fetch, hosts } = this.#deps;
    const limit = new AbortController();
    using _limit = clock.after(FETCH_MS, () => limit.abort());
    return await fetch(address, hosts(), AbortSignal.any([limit.signal, this.#stopped.signal]));
  }

  async #keep(alertId: string, address: string, fetched: FetchedPicture): Promise<void> {
    // What a stop broke off may be fetched after the next start.
    if (fetched.failure !== null && this.#stopped.signal.aborted) return;
    const { tables, writer, clock, logger } = this.#deps;
    if (fetched.failure !== null) this.#failed(alertId, address, fetched.failure);
    try {
      await writer.submit(() => {
        tables.pictures.put(alertId, address, fetched, clock.now());
        tables.pictures.trim(LIMITS);
      });
    } catch (error) {
      logger.log('warn', 'Could not keep a picture', { alertId, error: errorText(error) });
    }
  }

  #failed(alertId: string, address: string, failure: PictureFailure): void {
    this.#deps.logger.log('info', 'Could not fetch a picture', { alertId, failure });
    if (failure !== 'timed_out' && failure !== 'unreachable') return;
    const { origin } = new URL(address);
    this.#resting.delete(origin);
    this.#resting.set(origin, this.#deps.clock.monotonicMs() + REST_MS);
    const [oldest] = this.#resting.keys();
    if (this.#resting.size > RESTING_MAX && oldest !== undefined) this.#resting.delete(oldest);
  }

  #rests(address: string): boolean {
    const until = this.#resting.get(new URL(address).origin) ?? 0;
    return this.#deps.clock.monotonicMs() < until;
  }
}

/** Resolves with null once `signal` aborts. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const giveUp = (): void => resolve(null);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
