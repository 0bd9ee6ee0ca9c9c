/** Units in which people say how long something takes, the smallest first. */
export const DURATION_UNITS = [
  { name: 'seconds', ms: 1_000 },
  { name: 'minutes', ms: 60_000 },
  { name: 'hours', ms: 3_600_000 },
  { name: 'days', ms: 86_400_000 },
] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number]['name'];

/** The largest unit in which `ms` is a whole number; seconds for what is in none, minutes for nothing. */
export function unitOf(ms: number): DurationUnit {
  if (ms === 0) return 'minutes';
  return DURATION_UNITS.findLast((unit) => ms % unit.ms === 0)?.name ?? 'seconds';
}

/** The length of a unit in milliseconds. */
export const unitMs = (name: DurationUnit): number =>
  DURATION_UNITS.find((unit) => unit.name === name)?.ms ?? 1;
