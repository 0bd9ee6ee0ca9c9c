import type { Settings } from '../contract/settings.ts';

type StormRule = Pick<Settings, 'stormThreshold' | 'stormWindowSeconds'>;

/**
 * Counts new alerts per channel over a sliding window, in memory: a restart in the middle of a storm
 * lets a few more through one by one, which is harmless.
 */
export class StormGuard {
  /** Moments of the newest ones told one by one, oldest first, at most as many as the threshold. */
  readonly #told = new Map<string, number[]>();

  /** Whether this one is one too many. One that is not counts for those after it. */
  isOneTooMany(channelId: string, rule: StormRule, now: number): boolean {
    const from = now - rule.stormWindowSeconds * 1_000;
    // One from the future was counted before the clock was set back.
    const recent = (this.#told.get(channelId) ?? []).filter((at) => at > from && at <= now);
    this.#told.set(channelId, recent);
    if (recent.length >= rule.stormThreshold) return true;
    recent.push(now);
    return false;
  }
}
