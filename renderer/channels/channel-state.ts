import type { Channel } from '../../main/contract/channel.ts';

/** The state of a channel that matters most. */
type ChannelState =
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

/** Returns how a channel is doing; none counts as working before it delivered something. */
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

/** Returns true if nothing is known that keeps it from delivering. */
export const isWell = (state: ChannelState): boolean => state === 'working' || state === 'unused';

/** Returns true if its last deliveries failed. */
export const isFailing = (state: ChannelState): boolean =>
  state === 'down' || state === 'trying' || state === 'failing';

/** Returns true if its notifications wait until somebody acts or it works again. */
export const holdsBack = (channel: Channel): boolean =>
  !['rejecting', 'failing', 'unused', 'working'].includes(stateOf(channel));

export const STATE_TONES: Record<ChannelState, string> = {
  disabled: 'quiet',
  paused: 'warning',
  attention: 'critical',
  rejecting: 'critical',
  down: 'critical',
  trying: 'warning',
  limited: 'warning',
  failing: 'warning',
  unused: 'quiet',
  working: 'good',
};
