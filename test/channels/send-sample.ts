import type { ChannelAdapter, Delivery } from '../../main/channels/channel-adapter.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';

/** The sample of this name; it must exist. */
export function sampleOf(name: string): Delivery {
  const found = SAMPLES[name];
  if (!found) throw new Error(`There is no sample ${name}`);
  return found;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly channelId?: string;
}

/** Sends one delivery as the queue would. */
export const sendSample = <Config>(
  adapter: ChannelAdapter<Config>,
  config: Config,
  delivery: Delivery,
  { signal = new AbortController().signal, channelId = 'channel' }: SendOptions = {},
): Promise<Outcome> =>
  adapter.send(config, delivery, { channelId, clock: new FakeClock(NOW), signal });
