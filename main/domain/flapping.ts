import type { Transition } from '../contract/alert.ts';
import type { Settings } from '../contract/settings.ts';

/** The number of changes that is enough to see a pattern; older evidence of a long flapping is dropped. */
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

/** Returns true if this many changes within one window make a condition flap. */
const flaps = (transitions: readonly Transition[], rule: FlappingRule): boolean =>
  rule.flappingEnabled && transitions.length >= rule.flappingThreshold;

/**
 * The effect of a change of a condition: it is an ordinary one, it makes the condition flap, or it is held
 * back since the condition flaps.
 */
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

/** Applies a rule to the changes of one condition, which are added oldest first. */
export class Replay {
  readonly #rule: FlappingRule;
  #transitions: readonly Transition[] = [];
  #flapping = false;
  #lastAt = Infinity;
  #episodes = 0;
  #held = 0;

  constructor(rule: FlappingRule) {
    this.#rule = rule;
  }

  /** How often the condition began to flap. */
  get episodes(): number {
    return this.#episodes;
  }

  /** Changes that were held back. */
  get held(): number {
    return this.#held;
  }

  add(change: Transition): void {
    if (!this.#rule.flappingEnabled) return;
    if (this.#flapping && change.at - this.#lastAt >= cooldownMs(this.#rule)) {
      this.#flapping = false;
      this.#transitions = [];
    }
    const after = afterChange(this.#transitions, change, this.#flapping, this.#rule);
    this.#transitions = after.transitions;
    this.#lastAt = change.at;
    if (after.effect === 'held') this.#held += 1;
    if (after.effect !== 'begins') return;
    this.#episodes += 1;
    this.#flapping = true;
  }
}
