import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { ChannelAdapter, Delivery } from '../channels/channel-adapter.ts';
import { interrupted, type Outcome } from '../domain/outcome.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { ChannelService } from './channel-service.ts';
import type { Pictures } from './pictures.ts';

/** After its abort a send has this long to come back before it is given up as interrupted. */
const ABORT_GRACE_MS = 5_000;

/** Returns how long a send can take at the very most, in ms; the lease is written accordingly. */
export const leaseMs = (adapter: ChannelAdapter<unknown>): number =>
  adapter.timeoutMs + ABORT_GRACE_MS;

export interface AttemptDeps {
  readonly channels: Pick<ChannelService, 'adapter' | 'config' | 'isComplete'>;
  readonly pictures: Pick<Pictures, 'of'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs one send within its time limit. The destination's answer counts if it comes in time; a send
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
    channel: ChannelRow,
    delivery: Delivery,
    { channels, pictures, clock, logger }: AttemptDeps,
  ): Promise<Outcome> {
    const adapter = channels.adapter(channel.kind);
    const config = opened(channels, channel, logger);
    if (config === null) return misconfigured('failure.config_sealed');
    // One that was imported without its secrets may be tested all the same.
    if (!channels.isComplete(channel)) return misconfigured('failure.config_incomplete');
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
      const picture = (address: string) => pictures.of(delivery.alert.id, address, signal);
      const send = adapter.send(config, delivery, {
        picture,
        signal,
        clock,
        channelId: channel.id,
      });
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

/** Returns a channel's configuration; null if it was sealed with another key. */
function opened(
  channels: AttemptDeps['channels'],
  channel: ChannelRow,
  logger: Logger,
): NonNullable<unknown> | null {
  try {
    return channels.config(channel) ?? null;
  } catch (error) {
    const message = `The configuration of channel ${channel.id} cannot be opened`;
    logger.log('error', message, { error: errorText(error) });
    return null;
  }
}

const misconfigured = (code: 'failure.config_sealed' | 'failure.config_incomplete'): Outcome => ({
  kind: 'permanent',
  class: 'configuration',
  reason: { code, params: {} },
});
