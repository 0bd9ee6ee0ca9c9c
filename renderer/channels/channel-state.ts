import type { Channel } from '../../main/contract/channel.ts';

/** How a channel stands, in the one word that matters most. */
export type ChannelState =
  'disabled' | 'paused' | 'attention' | 'down' | 'trying' | 'failing' | 'working';

export function stateOf({ enabled, paused, attention, health }: Channel): ChannelState {
  if (!enabled) return 'disabled';
  if (attention) return 'attention';
  if (paused) return 'paused';
  if (health.state === 'down') return 'down';
  if (health.state === 'probing') return 'trying';
  return health.failures > 0 ? 'failing' : 'working';
}

/** What it is owed waits on purpose: until somebody does something, or it works again. */
export const holdsBack = (channel: Channel): boolean =>
  !['failing', 'working'].includes(stateOf(channel));
