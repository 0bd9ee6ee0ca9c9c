import type { Settings } from '../../main/contract/system.ts';

type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null;

/** What differs in `now`, within groups field by field; lists count as a whole. */
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

/** The settings with some changes made to them, as `changesIn` has found them. */
export function withChanges(settings: Settings, changes: Group): Settings {
  const changed = Object.entries(changes).map(([key, value]) => {
    const old: unknown = settings[key as keyof Settings];
    return [key, isGroup(value) && isGroup(old) ? { ...old, ...value } : value];
  });
  return { ...settings, ...(Object.fromEntries(changed) as Partial<Settings>) };
}
