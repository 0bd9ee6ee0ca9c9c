import type { Channel } from '../../main/contract/channel.ts';
import type { Route } from '../../main/contract/route.ts';
import { text } from '../messages/text.svelte.ts';

interface ChannelUse {
  /** The routes and channels that need it, in words. */
  readonly users: readonly string[];
  /** The routes, or one of their steps, for which it is the only channel. */
  readonly silenced: readonly string[];
}

/** Returns what needs a channel, as far as routes and channels are loaded. */
export function channelUse(
  id: string,
  routes: readonly Route[] | null,
  channels: readonly Channel[] | null,
): ChannelUse {
  const lists = (route: Route): readonly (readonly string[])[] =>
    [route, ...route.escalation].map(({ channelIds }) => channelIds);
  const using = (routes ?? []).filter((route) => lists(route).some((ids) => ids.includes(id)));
  const nameOf = ({ name }: Route): string => text('channels.use.route', { name });
  return {
    users: [
      ...using.map(nameOf),
      ...(channels ?? [])
        .filter(({ fallbackChannelId }) => fallbackChannelId === id)
        .map(({ name }) => text('channels.use.fallback', { name })),
    ],
    silenced: using
      .filter((route) => lists(route).some((ids) => ids.length === 1 && ids[0] === id))
      .map(nameOf),
  };
}
