import type {
  EntryChange,
  FileProblem,
  ImportPreview,
} from '../../main/contract/config-exchange.ts';
import { messages, text } from '../messages/text.svelte.ts';

/** The sign and colour of a change, which repeat its label. */
export const CHANGE_MARKS: Record<
  EntryChange['change'],
  { readonly sign: string; readonly tone: string }
> = {
  created: { sign: '+', tone: 'good' },
  changed: { sign: '~', tone: 'warning' },
  removed: { sign: '−', tone: 'critical' },
  unchanged: { sign: '=', tone: 'neutral' },
};

const CHANGES = ['created', 'changed', 'removed', 'unchanged'] as const;

/** Returns "2 created and 1 removed", without what does not occur. */
export function changeSummary({ entries }: ImportPreview): string {
  const counts = CHANGES.flatMap((change) => {
    const count = entries.filter((entry) => entry.change === change).length;
    return count > 0 ? [text(`exchange.count.${change}`, { count })] : [];
  });
  return counts.length > 0 ? messages().list(counts) : text('exchange.count.none');
}

export const changesAnything = ({ entries, routeOrder }: ImportPreview): boolean =>
  routeOrder !== null || entries.some(({ change }) => change !== 'unchanged');

const isProblem = (value: unknown): value is FileProblem =>
  typeof value === 'object' && value !== null && 'problem' in value && 'line' in value;

/** Returns the problems of a file from the host's details; none for other failures. */
export const problemsIn = (details: unknown): FileProblem[] =>
  Array.isArray(details) ? details.filter(isProblem) : [];
