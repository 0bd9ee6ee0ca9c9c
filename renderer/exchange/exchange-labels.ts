import type {
  ConfigSection,
  EntryChange,
  FileProblem,
  ImportPreview,
} from '../../main/contract/config-exchange.ts';

export const SECTION_LABELS: Record<ConfigSection, string> = {
  settings: 'Settings',
  channels: 'Channel',
  routes: 'Route',
  maintenanceWindows: 'Maintenance window',
  inhibitions: 'Inhibition',
  heartbeats: 'Heartbeat',
  mappedWebhooks: 'Mapped webhook',
};

/** How a change looks; the words carry it, colour and sign only repeat it. */
export const CHANGE_MARKS: Record<
  EntryChange['change'],
  { readonly sign: string; readonly label: string; readonly tone: string }
> = {
  created: { sign: '+', label: 'created', tone: 'good' },
  changed: { sign: '~', label: 'changed', tone: 'warning' },
  removed: { sign: '−', label: 'removed', tone: 'critical' },
  unchanged: { sign: '=', label: 'unchanged', tone: 'neutral' },
};

const CHANGES = ['created', 'changed', 'removed', 'unchanged'] as const;

/** `2 created, 1 removed`; what does not occur is not said. */
export function summaryWords({ entries }: ImportPreview): string {
  const counts = CHANGES.map(
    (change) => [entries.filter((entry) => entry.change === change).length, change] as const,
  );
  const said = counts.flatMap(([count, change]) => (count > 0 ? [`${count} ${change}`] : []));
  return said.length > 0 ? said.join(', ') : 'nothing in it';
}

export const changesAnything = ({ entries, routeOrder }: ImportPreview): boolean =>
  routeOrder !== null || entries.some(({ change }) => change !== 'unchanged');

const isProblem = (value: unknown): value is FileProblem =>
  typeof value === 'object' && value !== null && 'problem' in value && 'line' in value;

/** What is wrong with a file, as the host's details say it; none for other failures. */
export const problemsIn = (details: unknown): FileProblem[] =>
  Array.isArray(details) ? details.filter(isProblem) : [];
