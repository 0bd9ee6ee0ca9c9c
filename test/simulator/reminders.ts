import type { Picture } from './picture.ts';

/** No reminder waits for its channel once somebody has acknowledged its alert, but for one that was requeued. */
export function* acknowledgedIsNotRepeated({ alerts, notifications }: Picture): Iterable<string> {
  const acknowledged = new Set(
    alerts.filter(({ state }) => state === 'acknowledged').map(({ id }) => id),
  );
  for (const row of notifications) {
    if (row.event !== 'reminder' || !acknowledged.has(row.alert_id ?? '')) continue;
    const waits = row.status === 'pending' || row.status === 'failed';
    if (waits && row.budget === 1 && row.requeued_by === null)
      yield `reminder ${row.seq} (${row.status}) of an acknowledged alert still waits`;
  }
}

/** The most that a route of the simulator repeats. */
const REMINDERS_MAX = 5;

/** Only a reminder is louder than usual, by its number at most. */
export function* onlyRemindersAreLouder({ notifications }: Picture): Iterable<string> {
  for (const row of notifications) {
    if (row.loudness === 0) continue;
    if (row.event !== 'reminder' || row.loudness > REMINDERS_MAX)
      yield `notification ${row.seq} (${row.event}) is louder by ${row.loudness}`;
  }
}
