import { AT_DEPARTURE } from './departures.ts';
import { ALWAYS, IN_THE_END, type Invariant } from './invariants.ts';
import { Lab } from './lab.ts';
import type { Departure } from './observations.ts';
import { pictureOf, type Picture } from './picture.ts';
import { Random } from './random.ts';
import { stepsOf, type Step } from './steps.ts';

/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: string;
  readonly problem: string;
}

/** How a life ended. */
export interface Life {
  readonly seed: number;
  readonly steps: readonly Step[];
  /** The first violation, and after how many steps it came; null when all was well. */
  readonly violation: (Violation & { readonly after: number }) | null;
  /** How much time passed in the lab, in ms. */
  readonly livedMs: number;
  /** Messages that left: when each did, and the notifications that it carried. */
  readonly sent: readonly string[];
}

class Violated extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(`${violation.invariant}: ${violation.problem}`);
    this.violation = violation;
  }
}

export const stepsOfSeed = (seed: number): Step[] => stepsOf(new Random(seed));

/** Lives through the steps and checks every invariant after each, and once more when all has calmed down. */
export async function live(seed: number, steps: readonly Step[]): Promise<Life> {
  // A violation by a message that leaves is seen in the middle of a step, and reported at its end.
  const departed: Violation[] = [];
  const sent: string[] = [];
  const lab: Lab = new Lab(seed, (departure) => {
    sent.push(`${departure.at} ${departure.rows.map(({ seq }) => seq).join()}`);
    departed.push(...checkDeparture(departure, lab));
  });
  await using _lab = lab;
  const startedMs = lab.machine.clock.monotonicMs();
  let violation: Life['violation'] = null;
  let after = 0;
  try {
    await lab.machine.start();
    let picture: Picture | null = null;
    for (const step of steps) {
      after++;
      await lab.take(step);
      picture = check(lab, ALWAYS, picture, departed);
    }
    await lab.calmDown();
    picture = check(lab, ALWAYS, picture, departed);
    check(lab, IN_THE_END, picture, departed);
  } catch (error) {
    violation = { ...violationOf(error), after };
  }
  return { seed, steps, violation, livedMs: lab.machine.clock.monotonicMs() - startedMs, sent };
}

function* checkDeparture(departure: Departure, lab: Lab): Iterable<Violation> {
  for (const [invariant, rule] of Object.entries(AT_DEPARTURE)) {
    for (const problem of rule(departure, lab.records)) yield { invariant, problem };
  }
}

function check(
  lab: Lab,
  invariants: Readonly<Record<string, Invariant>>,
  before: Picture | null,
  [departed]: readonly Violation[],
): Picture {
  if (departed) throw new Violated(departed);
  const picture = pictureOf(lab, before);
  for (const [invariant, look] of Object.entries(invariants)) {
    for (const problem of look(picture)) throw new Violated({ invariant, problem });
  }
  return picture;
}

const violationOf = (error: unknown): Violation =>
  error instanceof Violated
    ? error.violation
    : { invariant: 'nothing fails unforeseen', problem: (error as Error).stack ?? String(error) };
