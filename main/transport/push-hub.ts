import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Unsubscribe } from '../contract/client.ts';
import type { Change, PushMessage } from '../contract/push.ts';
import type { StreamPosition } from '../contract/system.ts';
import type { PushSink } from './push-sink.ts';

/** A change, as the store names it. */
export interface ChangedEntity {
  readonly entity: Change['entity'] | 'token' | 'everything';
  readonly id?: string;
}

export interface PushHubDeps {
  readonly clock: Clock;
  /** Another one at each start, so that a client knows that its sequence number means nothing any more. */
  readonly epoch: string;
  readonly logger: Logger;
  /** The latest state of an entity; null for what windows do not get. */
  readonly read: (changed: ChangedEntity) => Change | null;
}

interface Subscriber {
  readonly sink: PushSink;
  /** It was too slow and missed something: it gets `resync` once it has caught up. */
  behind: boolean;
}

/** A throttle with a maximum wait, not a debounce: a steady stream still arrives ten times a second. */
const BATCH_INTERVAL_MS = 100;
/** Above it a window is quicker with a fresh page than with the changes one by one. */
const CHANGES_PER_BATCH_MAX = 500;
const BUFFERED_BYTES_MAX = 1_048_576;
const EVERYTHING = 'everything';

/**
 * Tells windows what changed: the latest state of each entity, in the order of the last commits that
 * touched them, numbered without gaps. A window that is too slow misses batches instead of filling
 * our memory, and is asked to load everything again.
 */
export class PushHub implements Service {
  readonly #deps: PushHubDeps;
  readonly #subscribers = new Set<Subscriber>();
  readonly #dirty = new Map<string, ChangedEntity>();
  #seq = 0;
  #sentSeq = 0;
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  #timer: Disposable | null = null;

  constructor(deps: PushHubDeps) {
    this.#deps = deps;
  }

  /** The position of the numbers: whoever reads after it has seen every change up to it. */
  get position(): StreamPosition {
    return { epoch: this.#deps.epoch, seq: this.#seq };
  }

  start(): void {
    this.#flushedAtMs = Number.NEGATIVE_INFINITY;
  }

  stop(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    this.#subscribers.clear();
    this.#dirty.clear();
    return Promise.resolve();
  }

  /** Sends `hello` at once; batches follow. */
  subscribe(sink: PushSink): Unsubscribe {
    // Changes that wait are older than this window's first look; the others get
    // them now, so that numbers agree.
    this.#flush();
    const subscriber: Subscriber = { sink, behind: false };
    this.#subscribers.add(subscriber);
    sink.send({ type: 'hello', ...this.position });
    return () => this.#subscribers.delete(subscriber);
  }

  /** In commit order, after the commit. Costs a number when nobody listens. */
  changed(changes: readonly ChangedEntity[]): void {
    if (changes.length === 0) return;
    this.#seq += changes.length;
    if (this.#subscribers.size === 0) {
      this.#sentSeq = this.#seq;
      return;
    }
    for (const change of changes) {
      const key = change.id === undefined ? change.entity : `${change.entity} ${change.id}`;
      this.#dirty.delete(key);
      this.#dirty.set(key, change);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer) return;
    const waitMs = this.#flushedAtMs + BATCH_INTERVAL_MS - this.#deps.clock.monotonicMs();
    this.#timer = this.#deps.clock.after(Math.max(0, waitMs), () => this.#flush());
  }

  #lookAgain(): void {
    this.#timer ??= this.#deps.clock.after(BATCH_INTERVAL_MS, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    if (this.#seq > this.#sentSeq) {
      this.#flushedAtMs = this.#deps.clock.monotonicMs();
      const message = this.#nextMessage();
      this.#dirty.clear();
      this.#sentSeq = this.#seq;
      for (const subscriber of this.#subscribers) this.#send(subscriber, message);
    } else {
      for (const subscriber of this.#subscribers) this.#catchUp(subscriber);
    }
    if ([...this.#subscribers].some(({ behind }) => behind)) this.#lookAgain();
  }

  #nextMessage(): PushMessage {
    const { epoch } = this.#deps;
    if (this.#dirty.size > CHANGES_PER_BATCH_MAX || this.#dirty.has(EVERYTHING)) {
      return this.#resync();
    }
    try {
      const changes = this.#readDirty();
      return { type: 'batch', epoch, after: this.#sentSeq, seq: this.#seq, changes };
    } catch (error) {
      this.#deps.logger.log('error', 'Changes could not be read', { error: errorText(error) });
      return this.#resync();
    }
  }

  /** The counts follow from everything else, so they come once, at the end of each batch. */
  #readDirty(): Change[] {
    const changes: Change[] = [];
    for (const changed of this.#dirty.values()) {
      const change = changed.entity === 'status' ? null : this.#deps.read(changed);
      if (change) changes.push(change);
    }
    const status = this.#deps.read({ entity: 'status' });
    if (status) changes.push(status);
    return changes;
  }

  #send(subscriber: Subscriber, message: PushMessage): void {
    if (subscriber.behind || subscriber.sink.bufferedBytes() > BUFFERED_BYTES_MAX) {
      subscriber.behind = true;
      this.#catchUp(subscriber);
    } else {
      subscriber.sink.send(message);
    }
  }

  #catchUp(subscriber: Subscriber): void {
    if (!subscriber.behind || subscriber.sink.bufferedBytes() > 0) return;
    subscriber.behind = false;
    subscriber.sink.send(this.#resync());
  }

  #resync(): PushMessage {
    return { type: 'resync', ...this.position };
  }
}
