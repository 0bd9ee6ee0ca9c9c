import type { Channel } from '../../main/contract/channel.ts';

/** How a channel stands, in the one word that matters most. */
export type ChannelState =
  | 'disabled'
  | 'paused'
  | 'attention'
  | 'rejecting'
  | 'down'
  | 'trying'
  | 'limited'
  | 'failing'
  | 'unused'
  | 'working';

/** Follows what became of the channel's messages; nothing is said to work before something was delivered. */
export function stateOf({ enabled, paused, attention, health, throttle }: Channel): ChannelState {
  if (!enabled) return 'disabled';
  if (attention?.holds) return 'attention';
  if (paused) return 'paused';
  if (attention) return 'rejecting';
  if (health.state === 'down') return 'down';
  if (health.state === 'probing') return 'trying';
  if (throttle && throttle.refusals > 0) return 'limited';
  if (health.failures > 0 || health.rejections > 0) return 'failing';
  return health.workedAt === null ? 'unused' : 'working';
}

/** Its notifications wait: until somebody does something, or it works again. */
export const holdsBack = (channel: Channel): boolean =>
  !['rejecting', 'failing', 'unused', 'working'].includes(stateOf(channel));
