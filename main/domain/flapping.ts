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
function withTransition(
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
const flaps = (transitions: readonly Transition[], rule: FlappingRule): boolean =>
  rule.flappingEnabled && transitions.length >= rule.flappingThreshold;

/** What a change of a condition does: it is an ordinary one, it makes the condition flap, or it is held back since it flaps. */
export type FlapEffect = 'none' | 'begins' | 'held';

/** Returns what counts after a change, and what the change does. */
export function afterChange(
  before: readonly Transition[],
  next: Transition,
  flapping: boolean,
  rule: FlappingRule,
): { readonly transitions: Transition[]; readonly effect: FlapEffect } {
  const transitions = withTransition(before, next, flapping, rule);
  if (flapping) return { transitions, effect: 'held' };
  return { transitions, effect: flaps(transitions, rule) ? 'begins' : 'none' };
}

/** How often a condition began to flap, and how many of its changes were held back. */
export interface Replay {
  readonly episodes: number;
  readonly held: number;
}

/** Returns what a rule makes of the changes of one condition, oldest first. */
export function replayed(changes: Iterable<Transition>, rule: FlappingRule): Replay {
  const counted = { episodes: 0, held: 0 };
  if (!rule.flappingEnabled) return counted;
  let transitions: readonly Transition[] = [];
  let flapping = false;
  let lastAt = Infinity;
  for (const change of changes) {
    if (flapping && change.at - lastAt >= cooldownMs(rule)) {
      flapping = false;
      transitions = [];
    }
    const after = afterChange(transitions, change, flapping, rule);
    transitions = after.transitions;
    lastAt = change.at;
    if (after.effect === 'held') counted.held += 1;
    if (after.effect !== 'begins') continue;
    counted.episodes += 1;
    flapping = true;
  }
  return counted;
}
