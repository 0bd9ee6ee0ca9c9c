import { NO_LINKS, type Delivery, type DeliveryLinks } from '../channels/channel-adapter.ts';
import type { Language } from '../contract/language.ts';
import type { AlertSnapshot, NotificationEvent } from '../contract/notification.ts';
import type { Situation } from '../domain/message-text.ts';
import { messagesFor, type Messages } from '../messages/messages.ts';
import { renderAlertText } from '../messages/reasons.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Send } from './fetcher.ts';

/** Gives the catalogue in a channel's own language, or in that of the settings. */
export interface ChannelMessages {
  messages(language: Language | null): Messages;
}

export interface DeliveryDeps {
  readonly tables: Pick<Tables, 'notifications' | 'alerts' | 'threads'>;
  /** Returns the links that a message about a row's alert may carry. */
  readonly links: (row: NotificationRow) => DeliveryLinks;
}

/** Returns one message with all that a destination may want to know as of now. */
export function deliveryOf(
  { rows, bundle }: Send,
  messages: Messages,
  { tables, links }: DeliveryDeps,
): Delivery {
  const [lead] = rows;
  const alone = bundle === null || rows.length === 1;
  const { notifications, threads } = tables;
  return {
    notificationId: bundle?.id ?? lead.id,
    event: lead.event,
    attempt: lead.retryCount + 1,
    alert: spokenIn(messages, lead.snapshot),
    knownAs: knownAs(lead, tables),
    overtakenBy: overtakenBy(lead, tables),
    bundle: alone
      ? null
      : {
          kind: bundle.kind,
          members: rows.map((row) => ({
            event: row.event,
            alert: spokenIn(messages, row.snapshot),
            overtakenBy: overtakenBy(row, tables),
          })),
          knownAs: rows.map((row) => knownAs(row, tables)),
        },
    createdAt: lead.createdAt,
    thread: alone && lead.alertId !== null ? threads.get(lead.channelId, lead.alertId) : null,
    links: alone ? links(lead) : NO_LINKS,
    loudness: rows.reduce((most, row) => Math.max(most, row.loudness), 0),
    wasLouder:
      lead.conditionId !== null &&
      ENDS_NOISE.has(lead.event) &&
      notifications.wasLouder(lead.channelId, lead.conditionId),
    messages,
    templated: null,
  };
}

/** The events after which what was louder than usual must be quiet. */
const ENDS_NOISE: ReadonlySet<NotificationEvent> = new Set(['acknowledged', 'resolved']);

/** Returns an alert as its receiver reads it. */
export const spokenIn = (
  messages: Messages,
  { messageReason, ...alert }: AlertSnapshot,
): AlertSnapshot => ({ ...alert, message: renderAlertText(messages, { ...alert, messageReason }) });

const knownAs = (
  { channelId, alertId, snapshot }: NotificationRow,
  { threads }: Pick<Tables, 'threads'>,
): string => (alertId === null ? snapshot.id : threads.knownAs(channelId, alertId));

/** A notification about flapping says how things stand at its own moment. */
const SPEAKS_OF_FIRING: ReadonlySet<NotificationEvent> = new Set([
  'raised',
  'escalated',
  'reminder',
  'acknowledged',
]);

/**
 * Returns the condition's state now if a row is out of date: its alert has closed, or something newer has
 * left for the channel. The latter happens only after a requeue, since a row never passes an earlier one
 * that is not settled. Null for a row that is up to date, and for a message, which closes once it is sent.
 */
function overtakenBy(
  row: NotificationRow,
  { alerts, notifications }: Pick<Tables, 'alerts' | 'notifications'>,
): Situation | null {
  const { alertId, conditionId } = row;
  if (alertId === null || conditionId === null) return null;
  const over = !row.isMessage && SPEAKS_OF_FIRING.has(row.event) && alerts.isClosed(alertId);
  const passed = row.budget > 1 && notifications.successorLeft(row);
  if (!over && !passed) return null;
  return alerts.newestOfCondition(conditionId) ?? alerts.byId(alertId);
}

/** A test belongs to no alert, yet destinations show one: this stands in for it. */
export const testSnapshot = (id: string, now: number): AlertSnapshot => ({
  id,
  source: 'belfry',
  host: 'belfry',
  kind: 'test',
  dedupKey: '',
  severity: 'info',
  state: 'open',
  message: messagesFor('en').text('message.test.body'),
  labels: {},
  annotations: {},
  url: null,
  startedAt: now,
  lastSeenAt: now,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
});

/** A test that no notification is behind. */
export const testDelivery = (id: string, messages: Messages, now: number): Delivery => ({
  notificationId: id,
  event: 'test',
  attempt: 1,
  alert: testSnapshot(id, now),
  knownAs: id,
  overtakenBy: null,
  bundle: null,
  createdAt: now,
  thread: null,
  links: NO_LINKS,
  loudness: 0,
  wasLouder: false,
  messages,
  templated: null,
});
