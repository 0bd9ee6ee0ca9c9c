import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '../../contract/config-exchange.ts';
import type { Facts, Known, Wanted } from './section.ts';

/** Returns the changes of one thing, field by field. Of a secret it is said that it changes, and nothing else. */
export function fieldChanges(known: Known | null, wanted: Wanted<unknown>): FieldChange[] {
  const before = leaves(known?.facts ?? {});
  const after = leaves(wanted.facts);
  const open = fieldsOf(before, after).flatMap((field) =>
    same(before.get(field), after.get(field))
      ? []
      : [{ field, before: text(before.get(field)), after: text(after.get(field)), secret: false }],
  );
  const had = leaves(known?.secrets ?? {});
  const has = leaves(wanted.secrets);
  const secret = fieldsOf(had, has).flatMap((field) =>
    same(had.get(field), has.get(field))
      ? []
      : [{ field, before: null, after: null, secret: true }],
  );
  return [...open, ...secret];
}

type Leaves = ReadonlyMap<string, unknown>;

/** The values of a thing by their paths; a list is one value. */
function leaves(facts: Facts, path = ''): Leaves {
  return new Map(
    Object.entries(facts).flatMap(([name, value]): [string, unknown][] =>
      isFacts(value) ? [...leaves(value, `${path}${name}.`)] : [[path + name, value]],
    ),
  );
}

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (before: Leaves, after: Leaves): string[] => [
  ...new Set([...after.keys(), ...before.keys()]),
];

/** Nothing is written as null or not at all. */
const same = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(one ?? null, other ?? null);

/** As people read it; what is empty is none. */
function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value || null;
  if (Array.isArray(value) && value.length === 0) return null;
  const isWords = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isWords ? value.join(', ') : JSON.stringify(value);
}
