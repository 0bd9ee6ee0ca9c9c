import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Settings } from '../contract/settings.ts';
import type { AvailableUpdate, Status } from '../contract/system.ts';
import { newerRelease } from '../domain/release.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { Writer } from '../store/writer.ts';

export interface UpdateCheckDeps {
  readonly host: Status['host'];
  /** The version that runs. */
  readonly version: string;
  /** Returns the text of the release feed. */
  readonly fetchRelease: (signal: AbortSignal) => Promise<string>;
  readonly settings: { current(): Pick<Settings, 'updateCheck'> };
  readonly writer: Writer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly wake: () => void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Not while a computer starts, nor after each start of a process that ends at once. */
const FIRST_AFTER_MS = 15 * MINUTE_MS;
/** Spreads the requests of all installations. */
const JITTER_MS = 60 * MINUTE_MS;
const TIMEOUT_MS = 15_000;

/**
 * Asks once a day whether there is a newer version. It installs nothing, and a request that fails is not
 * repeated before the next day.
 */
export class UpdateCheck implements Scheduled, Service {
  readonly #deps: UpdateCheckDeps;
  #dueAt: number | null = null;
  #available: AvailableUpdate | null = null;
  #running: { readonly done: Promise<void>; readonly abort: AbortController } | null = null;

  constructor(deps: UpdateCheckDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes }) => {
      if (changes.some(({ entity }) => entity === 'settings')) deps.wake();
    });
  }

  start(): void {
    this.#plan(FIRST_AFTER_MS);
    this.#deps.wake();
  }

  /** Cuts off a request that is under way. */
  async stop(): Promise<void> {
    this.#dueAt = null;
    this.#running?.abort.abort(new Error('Belfry stops'));
    await this.#running?.done;
  }

  nextDueAt(): number | null {
    return this.#isOn && this.#running === null ? this.#dueAt : null;
  }

  run(): void {
    this.#plan(DAY_MS);
    const abort = new AbortController();
    const done = this.#ask(abort).finally(() => {
      this.#running = null;
      this.#deps.wake();
    });
    this.#running = { done, abort };
  }

  clockChanged(): void {
    const now = this.#deps.clock.now();
    // A clock that was set back must not put the next request off by as much.
    if (this.#dueAt !== null && this.#dueAt > now + DAY_MS + JITTER_MS) this.#plan(DAY_MS);
  }

  /** Returns the newer version that is known; null while there is none, or nobody wants to know. */
  current(): AvailableUpdate | null {
    return this.#isOn ? this.#available : null;
  }

  get #isOn(): boolean {
    const { updateCheck } = this.#deps.settings.current();
    return updateCheck === 'always' || (updateCheck === 'desktop' && this.#deps.host === 'desktop');
  }

  #plan(afterMs: number): void {
    const { clock, random } = this.#deps;
    this.#dueAt = clock.now() + afterMs + Math.floor(random() * JITTER_MS);
  }

  async #ask(abort: AbortController): Promise<void> {
    const { clock, fetchRelease, version, writer, logger } = this.#deps;
    const timer = clock.after(TIMEOUT_MS, () => abort.abort(new Error('It took too long.')));
    try {
      this.#available = newerRelease(await fetchRelease(abort.signal), version);
      // Windows hear of it with a commit, as of everything.
      await writer.submit((unit) => unit.changed({ entity: 'status' }));
    } catch (error) {
      logger.log('info', 'The release page was not reached', { error: errorText(error) });
    } finally {
      timer[Symbol.dispose]();
    }
  }
}
