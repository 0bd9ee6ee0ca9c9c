import type { Status } from '../../main/contract/system.ts';

const counted = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count.toLocaleString()} ${count === 1 ? one : many}`];

/** How many silences and maintenance windows are on, as a clause: "2 silences are active"; null when none is. */
export function mutingWords({
  silences,
  maintenanceWindows,
}: Pick<Status['muting'], 'silences' | 'maintenanceWindows'>): string | null {
  const parts = [
    ...counted(silences, 'silence', 'silences'),
    ...counted(maintenanceWindows, 'maintenance window', 'maintenance windows'),
  ];
  if (parts.length === 0) return null;
  return `${parts.join(' and ')} ${silences + maintenanceWindows === 1 ? 'is' : 'are'} active`;
}
