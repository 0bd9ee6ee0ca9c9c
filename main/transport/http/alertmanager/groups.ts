import type { ShownAlert } from './alertmanager-alerts.ts';
import { alertsJson } from './alertmanager-alerts.ts';
import { receiverOf, switchOf, type Asked } from './query.ts';

/** The receiver of alerts that lead to no channel, which would be in no group otherwise. */
export const NOBODY = '(nobody)';

/** By these alerts are grouped that no route groups. */
const BY_KIND = ['alertname'];

interface Group {
  readonly labels: Readonly<Record<string, string>>;
  readonly receiver: string;
  readonly alerts: ShownAlert[];
}

const valuesOf = (
  { labels }: ShownAlert,
  names: readonly string[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names
      .filter((name) => Object.hasOwn(labels, name))
      .toSorted()
      .map((name) => [name, labels[name] ?? '']),
  );

/**
 * Alerts by receiver and the labels by which its route groups, as a JSON array of the API's `alertGroup`.
 * `muted=false` leaves out groups in which every alert is muted.
 */
export function groupsJson(request: Asked, alerts: readonly ShownAlert[]): string {
  const receiver = receiverOf(request);
  const isSought = receiver.ok ? receiver.value : null;
  const groups = new Map<string, Group>();
  for (const alert of alerts) {
    const leads = alert.leads.length > 0 ? alert.leads : [{ channel: NOBODY, route: null }];
    for (const { channel, route } of leads) {
      if (isSought && !isSought(channel)) continue;
      const labels = valuesOf(alert, route?.group?.by ?? BY_KIND);
      const key = JSON.stringify([channel, labels]);
      const group = groups.get(key) ?? { labels, receiver: channel, alerts: [] };
      group.alerts.push(alert);
      groups.set(key, group);
    }
  }
  const muted = switchOf(request, 'muted');
  const shown = [...groups]
    .filter(([, { alerts: members }]) => muted || members.some(({ isMuted }) => !isMuted))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `[${shown.map(([, group]) => groupJson(group)).join(',')}]`;
}

function groupJson({ labels, receiver, alerts }: Group): string {
  const head = JSON.stringify({ labels, receiver: { name: receiver }, routeLabels: {} });
  return `{"alerts":${alertsJson(alerts)},${head.slice(1)}`;
}
