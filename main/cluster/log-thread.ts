import { Worker } from 'node:worker_threads';
import type { LogPoint } from '../store/files/commit-log.ts';
import { SharedLogLost, type LogEntry, type SharedLog } from '../store/shared-log.ts';
import { partsOf, type EntryCodec } from './entry-codec.ts';
import {
  APPEND_MS,
  ANSWERED,
  ANSWER_BYTES,
  CELL,
  WAITING,
  type FromLog,
  type ToLog,
} from './log-messages.ts';
import { digestOf } from './seal.ts';

/** More than the log takes for its answer. */
const ANSWER_MS = APPEND_MS + 1_000;

/** The thread that talks to the log, and what the core writes through it. */
export class LogThread implements SharedLog {
  readonly #worker: Worker;
  readonly #answer: BigInt64Array;
  #ticket = 0;
  readonly #codec: EntryCodec;
  #isLost = false;

  /** `script` is the built `cluster-worker`. The listener hears everything that the thread says. */
  constructor(script: string | URL, codec: EntryCodec, heard: (message: FromLog) => void) {
    const shared = new SharedArrayBuffer(ANSWER_BYTES);
    this.#answer = new BigInt64Array(shared);
    this.#codec = codec;
    this.#worker = new Worker(script, { workerData: shared });
    this.#worker.on('message', heard);
  }

  post(message: ToLog): void {
    if (message.type === 'resign') this.#isLost = false;
    this.#worker.postMessage(message);
  }

  /** Nothing more is appended until this core resigns. */
  lose(): void {
    this.#isLost = true;
  }

  /** As with a disk, everything waits until it is durable: a commit that a quorum does not have is none. */
  append(entry: LogEntry): LogPoint {
    if (this.#isLost) throw new SharedLogLost('this core does not lead its cluster');
    const ticket = ++this.#ticket;
    Atomics.store(this.#answer, CELL.ticket, BigInt(ticket));
    Atomics.store(this.#answer, CELL.state, WAITING);
    const sealed = this.#codec.encode(entry);
    const parts = partsOf(sealed);
    this.post({ type: 'append', ticket, number: entry.number, parts });
    Atomics.wait(this.#answer, CELL.state, WAITING, ANSWER_MS);
    const isAnswered = Atomics.load(this.#answer, CELL.state) === ANSWERED;
    const place = Number(Atomics.load(this.#answer, CELL.place));
    if (isAnswered && place > 0) return { place, digest: digestOf(sealed) };
    this.#isLost = true;
    throw new SharedLogLost('the log of the cluster did not take it');
  }

  async stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#worker.on('message', ({ type }: FromLog) => {
        if (type === 'stopped') resolve();
      });
    });
    this.post({ type: 'stop' });
    await stopped;
    await this.#worker.terminate();
  }
}
