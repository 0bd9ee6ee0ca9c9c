import { ALERT_TRANSITIONS } from '../../main/domain/alert-state.ts';
import type { AlertState } from '../../main/contract/alert.ts';
import type { Picture } from './picture.ts';

const STATES: Partial<Record<string, AlertState>> = {
  raised: 'open',
  acknowledged: 'acknowledged',
  unacknowledged: 'open',
  resolved: 'resolved',
  expired: 'expired',
};

/** An alert's timeline replays to its state by legal transitions, and it closes at most once. */
export function* timelinesReplay({ alerts, timelines }: Picture): Iterable<string> {
  for (const { id, state, is_message } of alerts) {
    if (is_message === 1) continue;
    let replayed: AlertState | null = null;
    for (const { type } of timelines.get(id) ?? []) {
      const next = STATES[type];
      if (next === undefined) continue;
      const isLegal =
        replayed === null ? next === 'open' : ALERT_TRANSITIONS[replayed].includes(next);
      if (!isLegal) yield `alert ${id} went from ${String(replayed)} to ${next}`;
      replayed = next;
    }
    if (replayed !== state) yield `alert ${id} is ${state}, its timeline says ${String(replayed)}`;
  }
}

/** A condition has at most one open alert. */
export function* oneOpenAlert({ alerts }: Picture): Iterable<string> {
  const open = alerts.filter(({ closed_at }) => closed_at === null);
  const byIdentity = Map.groupBy(open, ({ source, host, kind, dedup_key }) =>
    JSON.stringify([source, host, kind, dedup_key]),
  );
  for (const [identity, same] of byIdentity) {
    if (same.length > 1) yield `${same.length} open alerts of ${identity}`;
  }
}
