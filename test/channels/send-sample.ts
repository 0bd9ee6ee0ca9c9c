import type { ChannelAdapter, Delivery, SendContext } from '../../main/channels/channel-adapter.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';

/** The sample of this name; it must exist. */
export function sampleOf(name: string): Delivery {
  const found = SAMPLES[name];
  if (!found) throw new Error(`There is no sample ${name}`);
  return found;
}

/** The source of pictures of an alert without any. */
export const NO_PICTURE: SendContext['picture'] = () => Promise.resolve(null);

export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly picture?: SendContext['picture'];
  readonly clock?: FakeClock;
  readonly channelId?: string;
}

/** Sends one delivery as the queue would. */
export const sendSample = <Config>(
  adapter: ChannelAdapter<Config>,
  config: Config,
  delivery: Delivery,
  {
    signal = new AbortController().signal,
    channelId = 'channel',
    picture = NO_PICTURE,
    clock = new FakeClock(NOW),
  }: SendOptions = {},
): Promise<Outcome> => adapter.send(config, delivery, { channelId, picture, clock, signal });
