import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../main/contract/alert.ts';
import { STEP_HEIGHT, STEP_WIDTH, stepLine } from '../../../renderer/alerts/step-line.ts';

const firing = (at: number): Transition => ({ at, to: 'firing' });
const resolved = (at: number): Transition => ({ at, to: 'resolved' });

describe('stepLine', () => {
  it('draws nothing out of nothing', () => {
    expect(stepLine([], 100)).toBeNull();
  });

  it('begins with the edge of the first transition, and lasts until now', () => {
    const drawn = stepLine([firing(1_000), resolved(1_050), firing(1_075)], 1_100);
    expect(drawn?.line).toBe(`M0 ${STEP_HEIGHT}H0V0H120V${STEP_HEIGHT}H180V0H${STEP_WIDTH}`);
    expect(drawn?.area).toBe(`${drawn?.line}V${STEP_HEIGHT}H0Z`);
  });

  it('begins above when the first transition was a resolved', () => {
    expect(stepLine([resolved(0)], 10)?.line).toBe(`M0 0H0V${STEP_HEIGHT}H${STEP_WIDTH}`);
  });

  it('leaves room for the last state, even if it has just started or the clock here is slow', () => {
    const edge = `H${STEP_WIDTH * 0.95}V${STEP_HEIGHT}`;
    for (const toMs of [50, 100, 104]) {
      expect(stepLine([firing(0), resolved(100)], toMs)?.line).toContain(edge);
    }
    expect(stepLine([firing(0), resolved(100)], 200)?.line).toContain(`H120V${STEP_HEIGHT}`);
  });

  it('stands upright when everything happened at once', () => {
    expect(stepLine([firing(5), resolved(5)], 5)?.line).toBe(
      `M0 ${STEP_HEIGHT}H0V0H0V${STEP_HEIGHT}H${STEP_WIDTH}`,
    );
  });
});
