import type { LabelsQuery } from '../contract/alert.ts';
import type { LabelledRow } from '../store/alerts/alert-labels.ts';

/** Alerts of each kind that are looked at. */
export const LOOKED_AT_MAX = 1_000;
const SUGGESTED_MAX = 50;

const FIELDS = ['severity', 'host', 'kind', 'source'] as const;

const valuesIn = (row: LabelledRow, name: string): string[] => {
  const field = FIELDS.find((known) => known === name);
  const label = Object.hasOwn(row.labels, name) ? row.labels[name] : undefined;
  return [...(field ? [row[field]] : []), ...(label === undefined ? [] : [label])];
};

/** Returns the names, or the values of one, that begin with a prefix in either case; most frequent first. */
export function suggested(rows: readonly LabelledRow[], { name, prefix }: LabelsQuery): string[] {
  const counts = new Map<string, number>();
  const add = (text: string): void => void counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const row of rows) {
    if (name === undefined) for (const label of Object.keys(row.labels)) add(label);
    else for (const value of new Set(valuesIn(row, name))) add(value);
  }
  // The fields come first, whatever is stored.
  if (name === undefined) for (const field of FIELDS) counts.set(field, Number.MAX_SAFE_INTEGER);
  const start = prefix.toLowerCase();
  return [...counts]
    .filter(([text]) => text !== '' && text.toLowerCase().startsWith(start))
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, SUGGESTED_MAX)
    .map(([text]) => text);
}
