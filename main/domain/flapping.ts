import type { Transition } from '../contract/alert.ts';
import type { Settings } from '../contract/settings.ts';

/** What is enough to see a pattern; older evidence of a long flapping is dropped. */
const EVIDENCE_MAX = 100;

export type FlappingRule = Pick<
  Settings,
  'flappingEnabled' | 'flappingWindowSeconds' | 'flappingThreshold' | 'flappingCooldownMinutes'
>;

export const cooldownMs = (rule: FlappingRule): number => rule.flappingCooldownMinutes * 60_000;

/**
 * The changes that count after another one: those of the sliding window, or, while it flaps already,
 * also older ones, since they are the evidence that is shown. One from the future was written before
 * the clock was set back and says nothing.
 */
export function withTransition(
  before: readonly Transition[],
  next: Transition,
  flapping: boolean,
  rule: FlappingRule,
): Transition[] {
  const from = next.at - rule.flappingWindowSeconds * 1_000;
  const kept = before.filter(({ at }) => at <= next.at && (flapping || at > from));
  return [...kept, next].slice(-EVIDENCE_MAX);
}

/** Whether this many changes within one window make a condition flap. */
export const flaps = (transitions: readonly Transition[], rule: FlappingRule): boolean =>
  rule.flappingEnabled && transitions.length >= rule.flappingThreshold;
