import type { Worker } from 'node:worker_threads';
import type { ChangeKeys, KeyChange } from '../base/key-ring.ts';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Client, Unsubscribe } from '../contract/client.ts';
import type { Input, MethodName, Output } from '../contract/methods.ts';
import type { PushMessage } from '../contract/push.ts';
import { type Result } from '../contract/result.ts';
import type { DesktopNotice, DesktopNotifier } from '../channels/desktop-notifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Messages } from '../messages/messages.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';
import type { FromCore, ToCore } from '../transport/worker-messages.ts';
import { refuse } from '../messages/failures.ts';
import { crashBudget } from './crash-budget.ts';
import type { CoreCrash } from './own-notices.ts';

/** A crashed core is restarted this often before somebody has to look. */
const RESTARTS = { count: 3, windowMs: 120_000 };
/** The core bounds its own drain; this is for a core that hangs. */
const STOP_TIMEOUT_MS = 20_000;
/** A core that has stopped has closed everything; only its thread is left to end. */
const THREAD_END_TIMEOUT_MS = 2_000;
/** Closing the database takes one checkpoint. */
const ABANDON_TIMEOUT_MS = 1_000;

export interface CoreLinkOptions {
  /** Starts a core worker; called again after a crash. */
  readonly spawn: () => Worker;
  readonly desktop: DesktopNotifier;
  readonly changeKeys: ChangeKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly messages: () => Messages;
  /** Called when a core that ran is gone. */
  readonly onCrash: (crash: CoreCrash) => void;
}

/**
 * The shell's end of the line to the core worker. It outlives a crashed worker: subscriptions carry
 * over to the next one (each sees a new `hello`), calls that were under way are answered `unavailable`.
 *
 *   idle ─start─▶ running ─crash, budget left─▶ running (another worker)
 *                    ├─crash, budget spent─▶ idle
 *                    └─stop─▶ stopping ─▶ idle
 */
export class CoreLink implements Client {
  readonly #options: CoreLinkOptions;
  readonly #restarts: () => boolean;
  /** The OS notifications that the core waits for. */
  readonly #notices = new Map<number, AbortController>();
  readonly #calls = new Map<number, (result: Result<unknown>) => void>();
  readonly #listeners = new Map<number, (message: PushMessage) => void>();
  #worker: Worker | null = null;
  #ready = false;
  #stopping: Promise<void> | null = null;
  #endLimit: Disposable | null = null;
  #lastId = 0;

  constructor(options: CoreLinkOptions) {
    this.#options = options;
    this.#restarts = crashBudget(options.clock, RESTARTS.count, RESTARTS.windowMs);
  }

  /** Resolves once the core runs; rejects with a message for people when it cannot start. Waits for a stop. */
  async start(): Promise<void> {
    await this.#stopping;
    this.#stopping = null;
    await new Promise<void>((resolve, reject) => this.#launch(resolve, reject));
  }

  call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    return this.callUnchecked(name, input) as Promise<Result<Output<K>>>;
  }

  /** As `call`, with an input that nobody has looked at yet; the core validates it. */
  callUnchecked(name: MethodName, input: unknown): Promise<Result<unknown>> {
    if (!this.#ready) return Promise.resolve(this.#unavailable());
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      try {
        this.#post({ type: 'call', id, name, input });
        this.#calls.set(id, resolve);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(errorText(error)));
      }
    });
  }

  subscribe(listener: (message: PushMessage) => void): Unsubscribe {
    const id = (this.#lastId += 1);
    this.#listeners.set(id, listener);
    if (this.#ready) this.#post({ type: 'subscribe', id });
    return () => {
      if (this.#listeners.delete(id) && this.#ready) this.#post({ type: 'unsubscribe', id });
    };
  }

  /** To be called when the machine woke from sleep. */
  resumed(): void {
    if (this.#ready) this.#post({ type: 'resumed' });
  }

  /** To be called when an outage of channels may be over. */
  mayRecover(sign: RecoverySign): void {
    if (this.#ready) this.#post({ type: 'mayRecover', sign });
  }

  /** Lets the core drain and end, within a limit. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end('stop', STOP_TIMEOUT_MS);
    return this.#stopping;
  }

  /** Ends the core without a drain, within a short limit. */
  async abandon(): Promise<void> {
    this.#stopping ??= Promise.resolve();
    await this.#end('abandon', ABANDON_TIMEOUT_MS);
  }

  #launch(onReady: () => void, onFailed: (error: Error) => void): void {
    const worker = this.#options.spawn();
    let problem: string | null = null;
    let damaged = false;
    this.#worker = worker;
    worker.on('message', (message: FromCore) => {
      if (message.type === 'failed') ({ message: problem, damaged } = message);
      else if (message.type === 'ready') this.#becomeReady(onReady);
      else this.#receive(message);
    });
    worker.on('error', (error) => {
      problem = errorText(error);
    });
    worker.on('exit', () => {
      const ran = this.#ready;
      this.#becomeGone();
      if (this.#stopping) return;
      if (ran) this.#comeBack(problem, damaged);
      else onFailed(new Error(problem ?? this.#options.messages().text('shell.crash.noError')));
    });
  }

  #becomeReady(onReady: () => void): void {
    this.#ready = true;
    for (const id of this.#listeners.keys()) this.#post({ type: 'subscribe', id });
    onReady();
  }

  #becomeGone(): void {
    this.#worker = null;
    this.#ready = false;
    for (const settle of this.#calls.values()) settle(this.#unavailable());
    this.#calls.clear();
    for (const abort of this.#notices.values()) abort.abort();
  }

  /** A start that fails after damage is still about that damage. */
  #comeBack(problem: string | null, damaged: boolean): void {
    const returns = this.#restarts();
    this.#options.logger.log('error', 'the core stopped working', { problem, returns });
    this.#options.onCrash({ problem, damaged, returns });
    if (!returns) return;
    this.#launch(
      () => this.#options.logger.log('info', 'the core is back'),
      (error) => this.#comeBack(error.message, damaged),
    );
  }

  #receive(message: Exclude<FromCore, { type: 'ready' | 'failed' }>): void {
    switch (message.type) {
      case 'answer':
        this.#calls.get(message.id)?.(message.result);
        this.#calls.delete(message.id);
        return;
      case 'push':
        this.#listeners.get(message.id)?.(message.message);
        return;
      case 'show':
        void this.#show(message.id, message.notice);
        return;
      case 'abandon':
        this.#notices.get(message.id)?.abort();
        return;
      case 'changeKeys':
        void this.#changeKeys(message.id, message.change);
        return;
      case 'close':
        this.#options.desktop.close(message.tag);
        return;
      case 'stopped':
        // Its thread ends without help; terminating it has failed an assertion on Windows (electron/electron#47986).
        this.#limitEnd(THREAD_END_TIMEOUT_MS);
    }
  }

  async #show(id: number, notice: DesktopNotice): Promise<void> {
    const abort = new AbortController();
    this.#notices.set(id, abort);
    let outcome: Outcome;
    try {
      outcome = await this.#options.desktop.show(notice, abort.signal);
    } catch (error) {
      // An error of the operating system's notification service may be temporary.
      const reason = { code: 'failure.desktop_refused', params: {} } as const;
      const receiverText = errorText(error);
      outcome = { kind: 'transient', class: 'connection', reason, receiverText };
    }
    this.#notices.delete(id);
    this.#post({ type: 'shown', id, outcome });
  }

  async #changeKeys(id: number, change: KeyChange): Promise<void> {
    try {
      this.#post({ type: 'keysChanged', id, keys: [...(await this.#options.changeKeys(change))] });
    } catch (error) {
      this.#post({ type: 'keysUnchanged', id, error: errorText(error) });
    }
  }

  async #end(how: 'stop' | 'abandon', timeoutMs: number): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#limitEnd(timeoutMs);
    this.#post({ type: how });
    await gone;
    this.#endLimit?.[Symbol.dispose]();
  }

  /** Terminates the worker if it has not ended by then. */
  #limitEnd(timeoutMs: number): void {
    this.#endLimit?.[Symbol.dispose]();
    this.#endLimit = this.#options.clock.after(timeoutMs, () => {
      this.#options.logger.log('warn', 'the core did not end in time', { timeoutMs });
      void this.#worker?.terminate();
    });
  }

  #unavailable(): Result<never> {
    return refuse('unavailable', { code: 'error.not_ready', params: {} });
  }

  #post(message: ToCore): void {
    this.#worker?.postMessage(message);
  }
}
