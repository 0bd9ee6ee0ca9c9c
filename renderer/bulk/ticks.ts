/** The ids of ticked rows. Never changed, only replaced. */
export type Ticks = ReadonlySet<string>;

export const NO_TICKS: Ticks = new Set();

/** Returns the same with these rows ticked or unticked. */
export function withTicks(ticks: Ticks, ids: readonly string[], ticked: boolean): Ticks {
  const next = new Set(ticks);
  for (const id of ids) {
    if (ticked) next.add(id);
    else next.delete(id);
  }
  return next;
}
