import type { Transition } from '../../main/contract/alert.ts';

/** The picture's grid, whatever size it is drawn at. */
export const STEP_WIDTH = 240;
export const STEP_HEIGHT = 20;

export interface StepLine {
  /** The state over time as SVG path data, firing above, resolved below. */
  readonly line: string;
  /** The same closed along the bottom, so that the time spent firing is filled. */
  readonly area: string;
}

/** The least share of the picture for the last state, so that it is visible when it has just started. */
const LAST_SHARE = 0.05;

/** Two digits after the point are finer than any screen, and keep the text short. */
const rounded = (x: number): number => Math.round(x * 100) / 100;

/**
 * Returns the step line of a condition from its first transition until `toMs`, at least somewhat beyond its
 * last one. The line's first edge shows the state before. Null without transitions.
 */
export function stepLine(transitions: readonly Transition[], toMs: number): StepLine | null {
  const [first] = transitions;
  const last = transitions.at(-1);
  if (!first || !last) return null;
  const spanMs = Math.max(toMs - first.at, (last.at - first.at) / (1 - LAST_SHARE));
  const xOf = (at: number): number =>
    spanMs === 0 ? 0 : rounded(((at - first.at) / spanMs) * STEP_WIDTH);
  const yOf = ({ to }: Transition): number => (to === 'firing' ? 0 : STEP_HEIGHT);
  const steps = transitions.map((each) => `H${xOf(each.at)}V${yOf(each)}`).join('');
  const line = `M0 ${STEP_HEIGHT - yOf(first)}${steps}H${STEP_WIDTH}`;
  return { line, area: `${line}V${STEP_HEIGHT}H0Z` };
}
