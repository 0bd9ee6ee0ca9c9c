import type { Channel } from '../../main/contract/channel.ts';
import type { Route } from '../../main/contract/route.ts';
import { text } from '../messages/text.svelte.ts';

/** Returns true if alerts lead to a channel, by a route or as a fallback, or as far as that is not loaded yet. */
export function isReached(
  id: string,
  routes: readonly Route[] | null,
  channels: readonly Channel[] | null,
): boolean {
  // Without routes, alerts go to every channel.
  if (routes === null || routes.length === 0) return true;
  return (
    routes.some((route) => route.enabled && listsOf(route).some((ids) => ids.includes(id))) ||
    (channels ?? []).some(({ fallbackChannelId }) => fallbackChannelId === id)
  );
}

/** Returns the channels of a route and of each of its steps. */
const listsOf = (route: Route): readonly (readonly string[])[] =>
  [route, ...route.escalation].map(({ channelIds }) => channelIds);

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
  const using = (routes ?? []).filter((route) => listsOf(route).some((ids) => ids.includes(id)));
  const nameOf = ({ name }: Route): string => text('channels.use.route', { name });
  return {
    users: [
      ...using.map(nameOf),
      ...(channels ?? [])
        .filter(({ fallbackChannelId }) => fallbackChannelId === id)
        .map(({ name }) => text('channels.use.fallback', { name })),
    ],
    silenced: using
      .filter((route) => listsOf(route).some((ids) => ids.length === 1 && ids[0] === id))
      .map(nameOf),
  };
}
