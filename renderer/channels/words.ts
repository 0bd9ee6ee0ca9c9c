import type { ChannelKind, RetryPolicy, RetryPreset } from '../../main/contract/channel.ts';
import { duration } from '../time/words.ts';

export const KIND_LABELS: Record<ChannelKind, string> = {
  webhook: 'Webhook',
  desktop: 'Desktop notification',
};

export const KIND_HINTS: Record<ChannelKind, string> = {
  webhook: 'Posts JSON to an address of yours, signed if you give it a secret.',
  desktop: 'Shows a notification on the machine that Belfry runs on.',
};

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
