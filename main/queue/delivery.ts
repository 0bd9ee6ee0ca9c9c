import { NO_LINKS, type Delivery, type DeliveryLinks } from '../channels/channel-adapter.ts';
import type { Language } from '../contract/language.ts';
import type { Messages } from '../messages/messages.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Send } from './fetcher.ts';
import { overtakenBy } from './staleness.ts';

/** Gives the catalogue in a channel's own language, or in that of the settings. */
export interface ChannelMessages {
  messages(language: Language | null): Messages;
}

export interface DeliveryDeps {
  readonly tables: Pick<Tables, 'notifications' | 'alerts' | 'threads'>;
  /** Where a message about a row's alert may lead. */
  readonly links: (row: NotificationRow) => DeliveryLinks;
}

/** What leaves as one message, with everything a destination may want to know as of now. */
export function deliveryOf(
  { rows, bundle }: Send,
  messages: Messages,
  deps: DeliveryDeps,
): Delivery {
  const [lead] = rows;
  const { alerts, notifications, threads } = deps.tables;
  const alone = bundle === null || rows.length === 1;
  return {
    notificationId: bundle?.id ?? lead.id,
    event: lead.event,
    attempt: lead.retryCount + 1,
    alert: lead.snapshot,
    overtakenBy: overtakenBy(lead, alerts, notifications),
    bundle: alone
      ? null
      : {
          kind: bundle.kind,
          members: rows.map((row) => ({
            event: row.event,
            alert: row.snapshot,
            overtakenBy: overtakenBy(row, alerts, notifications),
          })),
        },
    createdAt: lead.createdAt,
    thread: alone && lead.alertId !== null ? threads.get(lead.channelId, lead.alertId) : null,
    links: alone ? deps.links(lead) : NO_LINKS,
    messages,
  };
}
