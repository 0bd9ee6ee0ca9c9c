import { isGroup } from '../../main/contract/settings.ts';

type Group = Readonly<Record<string, unknown>>;

/** Returns what differs in `now`, within groups field by field; lists count as a whole. */
export function changesIn(before: Group, now: Group): Group {
  const differing = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  return Object.fromEntries(
    differing.map(([key, value]) => {
      const old = before[key];
      const isInside = isGroup(value) && isGroup(old);
      return [key, isInside ? changesIn(old, value) : value];
    }),
  );
}
