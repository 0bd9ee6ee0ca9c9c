/** Units in which people say how long something takes, the smallest first. */
export const DURATION_UNITS = [
  { name: 'seconds', ms: 1_000 },
  { name: 'minutes', ms: 60_000 },
  { name: 'hours', ms: 3_600_000 },
  { name: 'days', ms: 86_400_000 },
] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number]['name'];

/**
 * Returns the largest unit in which `ms` is a whole number; seconds for what is in none. Nothing is in
 * minutes, or in the smallest unit that `stepMs` allows.
 */
export function unitOf(ms: number, stepMs = 1): DurationUnit {
  const found =
    ms === 0
      ? DURATION_UNITS.find((unit) => unit.ms >= Math.max(stepMs, 60_000))
      : DURATION_UNITS.findLast((unit) => ms % unit.ms === 0);
  return found?.name ?? 'seconds';
}

/** The length of a unit in milliseconds. */
export const unitMs = (name: DurationUnit): number =>
  DURATION_UNITS.find((unit) => unit.name === name)?.ms ?? 1;
