import type { RateLimit, RetryPolicy, RetryPreset } from '../../main/contract/channel.ts';
import { duration } from '../time/time-text.ts';
import type { ChannelState } from './channel-state.ts';

export const PRESET_LABELS: Record<RetryPreset, string> = {
  default: 'Default: a few attempts within a quarter of an hour',
  patient: 'Patient: keeps trying for hours',
  quick: 'Quick: a few attempts within seconds',
};

/** A retry policy in a sentence. */
export function retryWords({ baseMs, capMs, maxAttempts }: RetryPolicy): string {
  if (maxAttempts === 1) return 'One attempt, no retry';
  return `${maxAttempts} attempts, the first retry after ${duration(baseMs)}, at most ${duration(capMs)} apart`;
}

/** A rate limit in a few words. */
export const rateWords = ({ count, perMs }: RateLimit): string =>
  `At most ${count.toLocaleString()} in ${duration(perMs)}`;

export const STATE_LABELS: Record<ChannelState, string> = {
  disabled: 'Disabled',
  paused: 'Paused',
  attention: 'Needs attention',
  rejecting: 'Needs attention',
  down: 'Down',
  trying: 'Trying',
  limited: 'Rate limited',
  failing: 'Failing',
  unused: 'Not used yet',
  working: 'Working',
};

export const STATE_MEANINGS: Record<ChannelState, string> = {
  disabled: 'Nothing new is queued; what was queued waits until it is enabled',
  paused: 'Everything is queued and waits until it is resumed',
  attention: 'Its notifications are queued until you edit or test it',
  rejecting: 'The receiver refused the last messages permanently; new ones are still tried',
  down: 'It failed so often that one message at a time is tried; the others wait',
  trying: 'One message is on its way to see whether it works again',
  limited: 'The receiver takes fewer messages than there are; the others wait',
  failing: 'The last attempt failed',
  unused: 'Nothing has been delivered with this configuration yet',
  working: 'The last attempt succeeded',
};

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
