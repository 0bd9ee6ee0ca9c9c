import type { Channel } from '../../main/contract/channel.ts';
import type { RouteDefinition } from '../../main/contract/route.ts';
import type { Collection } from '../collection/collection.svelte.ts';
import { text } from '../messages/text.svelte.ts';

/** The names of channels that are known by their ids. */
export class ChannelNames {
  readonly #channels: Collection<Channel>;

  constructor(channels: Collection<Channel>) {
    this.#channels = channels;
  }

  /** A channel's name, also before the list of channels has arrived. */
  readonly of = (id: string): string => {
    if (this.#channels.items === null) return '…';
    return this.#find(id)?.name ?? text('routing.deletedChannel');
  };

  /** Returns all names, or that there are none. */
  readonly list = (ids: readonly string[]): string =>
    ids.length === 0 ? text('routing.noOne') : ids.map(this.of).join(', ');

  /** The names of a route's channels that are disabled, escalation included. */
  disabledOf({ channelIds, escalation }: RouteDefinition): string[] {
    const ids = [...channelIds, ...escalation.flatMap((step) => step.channelIds)];
    const disabled = ids.flatMap((id) => {
      const channel = this.#find(id);
      return channel && !channel.enabled ? [channel.name] : [];
    });
    return [...new Set(disabled)];
  }

  #find(id: string): Channel | undefined {
    return this.#channels.items?.find((channel) => channel.id === id);
  }
}
