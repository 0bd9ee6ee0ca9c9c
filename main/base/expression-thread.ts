import { Worker } from 'node:worker_threads';
import { systemClock, type Clock } from './clock.ts';

/** One evaluation, as the thread is asked for it. */
export interface ExpressionJob {
  readonly text: string;
  readonly input: unknown;
}

/** The reason why an expression has no value. Its codes and parameters are those of issues. */
export type ExpressionFault =
  | { readonly code: 'issue.expression'; readonly params: { readonly error: string } }
  | {
      readonly code: 'issue.expression_at';
      readonly params: { readonly error: string; readonly position: string };
    }
  | { readonly code: 'issue.expression_slow'; readonly params: { readonly limitMs: number } }
  | {
      readonly code: 'issue.expression_memory';
      readonly params: Readonly<Record<never, never>>;
    };

/** The value, undefined if it finds nothing. With `isBusy` it was not begun, and may be later. */
export type Evaluated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: ExpressionFault; readonly isBusy: boolean };

/** The thread's answer; the value as JSON, since functions and cycles cannot be cloned. */
export type ExpressionAnswer =
  | { readonly ok: true; readonly json: string | undefined }
  | { readonly ok: false; readonly reason: ExpressionFault };

/** Then the thread is ended: JSONata's own limit does not reach into its functions. */
const TIME_LIMIT_MS = 1_000;
/** The time for a thread to start, on a slow machine. */
const START_LIMIT_MS = 30_000;
/** An idle thread is ended, since it costs some megabytes. */
const IDLE_MS = 30_000;
const WAITING_MAX = 64;

/** In megabytes. What an expression makes is bounded, too; see domain/expression.ts. */
const MEMORY = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** In the source it is beside this folder, in a build beside the chunks or the entries. */
function scriptUrl(): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL('../expression-worker.ts', here);
  const place = here.includes('/chunks/') ? '../expression-worker.js' : 'expression-worker.js';
  return new URL(place, here);
}

interface Waiting extends ExpressionJob {
  readonly settle: (result: Evaluated) => void;
}

const failed = (reason: ExpressionFault, isBusy = false): Evaluated => ({
  ok: false,
  reason,
  isBusy,
});

const saying = (error: string): ExpressionFault => ({
  code: 'issue.expression',
  params: { error },
});

const STOPPING = failed(saying('Belfry is stopping'), true);

/**
 * Evaluates expressions in a separate thread, one after the other. Modes: none → starting → idle ⇄
 * evaluating; at the limit of time or memory the thread is ended, and the next evaluation starts another.
 */
export class ExpressionThread {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | null = null;
  #isReady = false;
  #current: Waiting | null = null;
  #timer: Disposable | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  evaluate(text: string, input: unknown): Promise<Evaluated> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.resolve(
        failed(saying('too many expressions are waiting to be evaluated'), true),
      );
    }
    return new Promise((settle) => {
      this.#waiting.push({ text, input, settle });
      this.#next();
    });
  }

  /** Ends the thread and all evaluations. The next one starts another. */
  async close(): Promise<void> {
    const worker = this.#worker;
    for (const { settle } of this.#waiting.splice(0)) settle(STOPPING);
    this.#drop(STOPPING);
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current) return;
    const [job] = this.#waiting;
    if (!job) {
      this.#after(IDLE_MS, () => this.#drop(null));
      return;
    }
    const worker = (this.#worker ??= this.#start());
    if (!this.#isReady) return;
    this.#waiting.shift();
    this.#current = job;
    this.#after(TIME_LIMIT_MS, () =>
      this.#drop(failed({ code: 'issue.expression_slow', params: { limitMs: TIME_LIMIT_MS } })),
    );
    worker.postMessage({ text: job.text, input: job.input } satisfies ExpressionJob);
  }

  #start(): Worker {
    const worker = new Worker(scriptUrl(), { resourceLimits: MEMORY });
    worker.unref();
    const isCurrent = (): boolean => this.#worker === worker;
    worker.on('message', (answer: ExpressionAnswer | 'ready') => {
      if (!isCurrent()) return;
      if (answer === 'ready') this.#isReady = true;
      else this.#settle(answerOf(answer));
      this.#next();
    });
    worker.on('error', (error: Error & { code?: string }) => {
      if (isCurrent()) this.#broke(error);
    });
    worker.on('exit', () => {
      if (isCurrent()) this.#broke(new Error('The thread for expressions ended'));
    });
    this.#after(START_LIMIT_MS, () => this.#broke(new Error('The thread for expressions is late')));
    return worker;
  }

  #broke({ code, message }: Error & { code?: string }): void {
    const isMemory = code === 'ERR_WORKER_OUT_OF_MEMORY';
    const result = isMemory ? failed({ code: 'issue.expression_memory', params: {} }) : null;
    // Without a current evaluation the first that waits fails, or each start would be tried for ever.
    if (!this.#current) this.#current = this.#waiting.shift() ?? null;
    this.#drop(result ?? failed(saying(message), true));
  }

  /** Ends the thread, and settles the current evaluation. */
  #drop(result: Evaluated | null): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#isReady = false;
    this.#after(0, null);
    void worker?.terminate();
    if (result) this.#settle(result);
    if (this.#waiting.length > 0) this.#next();
  }

  #settle(result: Evaluated): void {
    const job = this.#current;
    this.#current = null;
    job?.settle(result);
  }

  #after(delayMs: number, task: (() => void) | null): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = task && this.#clock.after(delayMs, task);
  }
}

const answerOf = (answer: ExpressionAnswer): Evaluated =>
  answer.ok
    ? { ok: true, value: answer.json === undefined ? undefined : JSON.parse(answer.json) }
    : failed(answer.reason);

/** The one thread of this process. */
export const expressionThread = new ExpressionThread(systemClock);
