import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { ChannelAdapter, Delivery } from '../channels/channel-adapter.ts';
import { CHANNEL_KINDS } from '../contract/channel-kind.ts';
import { interrupted, type Outcome } from '../domain/outcome.ts';

/** After its abort a send has this long to come back before it is given up as interrupted. */
const ABORT_GRACE_MS = 5_000;

/** What a send can take at the very most; the lease is written accordingly. */
export const leaseMs = (adapter: ChannelAdapter<unknown>): number =>
  adapter.timeoutMs + ABORT_GRACE_MS;

export interface AttemptContext {
  readonly channelId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs one send within its time limit. The destination's own word wins when it comes in time; a send
 * that was aborted for time is a timeout, one that was aborted by shutdown (or never came back, or
 * threw, which is a bug of the adapter) is interrupted: nobody knows whether it arrived.
 */
export class Attempt {
  readonly #controller = new AbortController();
  #shutDown = false;

  /** Cuts the send off because the program stops. */
  interrupt(): void {
    this.#shutDown = true;
    this.#controller.abort();
  }

  async run(
    adapter: ChannelAdapter<unknown>,
    config: unknown,
    delivery: Delivery,
    { channelId, clock, logger }: AttemptContext,
  ): Promise<Outcome> {
    // One that was imported without its secrets may be tested all the same.
    if (!CHANNEL_KINDS[adapter.kind].config.safeParse(config).success) {
      const reason = { code: 'failure.config_incomplete', params: {} } as const;
      return { kind: 'permanent', class: 'configuration', reason };
    }
    const { signal } = this.#controller;
    using _limit = clock.after(adapter.timeoutMs, () => this.#controller.abort());
    const gaveUp = Promise.withResolvers<Outcome>();
    let grace: Disposable | null = null;
    signal.addEventListener(
      'abort',
      () => {
        grace = clock.after(ABORT_GRACE_MS, () => gaveUp.resolve(interrupted('not_stopping')));
      },
      { once: true },
    );
    try {
      const send = adapter.send(config, delivery, { signal, clock, channelId });
      return this.#afterAbort(await Promise.race([send, gaveUp.promise]), adapter.timeoutMs);
    } catch (error) {
      if (!signal.aborted) {
        logger.log('error', 'A channel failed in an unforeseen way', {
          kind: adapter.kind,
          notificationId: delivery.notificationId,
          error: errorText(error),
        });
      }
      return this.#afterAbort(interrupted('defect'), adapter.timeoutMs);
    } finally {
      (grace as Disposable | null)?.[Symbol.dispose]();
    }
  }

  #afterAbort(outcome: Outcome, timeoutMs: number): Outcome {
    if (!this.#controller.signal.aborted || outcome.kind === 'sent') return outcome;
    const asked = outcome.request === undefined ? {} : { request: outcome.request };
    if (this.#shutDown) return { ...interrupted('stopped'), ...asked };
    if (outcome.kind === 'interrupted') return outcome;
    return {
      kind: 'transient',
      class: 'timeout',
      reason: { code: 'failure.timed_out', params: { limitMs: timeoutMs } },
      ...asked,
    };
  }
}
