import type { Channel } from '../../main/contract/channel.ts';
import type { RouteDefinition } from '../../main/contract/route.ts';
import type { ChannelStore } from '../channels/channel-store.svelte.ts';

/** The channels that routes speak of by id, by their names. */
export class ChannelNames {
  readonly #channels: ChannelStore;

  constructor(channels: ChannelStore) {
    this.#channels = channels;
  }

  /** A channel's name, also before the list of channels has arrived. */
  readonly of = (id: string): string => {
    if (this.#channels.items === null) return '…';
    return this.#find(id)?.name ?? 'a channel that is gone';
  };

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
