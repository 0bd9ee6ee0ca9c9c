import type { NotificationEvent } from '../contract/notification.ts';
import type { Situation } from '../domain/message-text.ts';
import type { AlertTable } from '../store/alerts/alert-table.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { NotificationStore } from '../store/notifications/notification-store.ts';

/** A notice about flapping says how things stand, and is true of its own moment. */
const SPEAKS_OF_FIRING: ReadonlySet<NotificationEvent> = new Set([
  'raised',
  'escalated',
  'reminder',
  'acknowledged',
]);

/**
 * How the condition stands now, when what a row says has been overtaken: its alert has closed, or the
 * channel has already been told something newer. The latter can only be after a requeue, since a row
 * never passes an elder that is not settled; so the rest is spared the look-up. A message closes by being
 * told. Null when it is news.
 */
export function overtakenBy(
  row: NotificationRow,
  alerts: Pick<AlertTable, 'byId' | 'newestOfCondition'>,
  notifications: Pick<NotificationStore, 'successorSent'>,
): Situation | null {
  const { alertId, conditionId, channelId, seq } = row;
  if (alertId === null || conditionId === null) return null;
  const alert = alerts.byId(alertId);
  const over =
    !row.isMessage && alert !== null && alert.closedAt !== null && SPEAKS_OF_FIRING.has(row.event);
  const passed = row.budget > 1 && notifications.successorSent(conditionId, channelId, seq);
  if (!over && !passed) return null;
  return alerts.newestOfCondition(conditionId) ?? alert;
}
