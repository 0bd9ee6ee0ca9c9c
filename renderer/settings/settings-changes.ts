type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null;

/** Returns what differs in `now`, within groups field by field; lists count as a whole. */
export function changesIn(before: Group, now: Group): Group {
  const differing = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  return Object.fromEntries(
    differing.map(([key, value]) => {
      const old = before[key];
      const isInside = isGroup(value) && isGroup(old) && !Array.isArray(value);
      return [key, isInside ? changesIn(old, value) : value];
    }),
  );
}
