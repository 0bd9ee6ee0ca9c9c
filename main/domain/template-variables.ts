import type { TemplateVariables } from '../contract/channel-template.ts';
import type { AlertSnapshot, NotificationEvent } from '../contract/notification.ts';
import type { Messages } from '../messages/messages.ts';
import { messageText, timeText } from './message-text.ts';

/** One notification as its templates see it. */
export interface TemplateSubject {
  readonly event: NotificationEvent;
  /** As its receiver reads it. */
  readonly alert: AlertSnapshot;
  readonly channelName: string;
  /** The alert in Belfry's own window; null while no public address is set. */
  readonly link: string | null;
}

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : timeText(ms));

/** Returns the values that templates can use, as of `now`. Times are to the second, which is what they are printed as. */
export function templateValues(
  messages: Messages,
  { event, alert, channelName, link }: TemplateSubject,
  now: number,
): TemplateVariables {
  const { messageReason: _, startedAt, lastSeenAt, acknowledgedAt, closedAt, ...facts } = alert;
  const lengthMs = Math.max(0, (closedAt ?? now) - startedAt);
  return {
    ...messageText(messages, event, alert, { overtakenBy: null, at: now }),
    event,
    eventText: messages.text(`common.notificationEvent.${event}`),
    severityText: messages.text(`common.severity.${alert.severity}`),
    stateText: messages.text(`common.alertState.${alert.state}`),
    duration: messages.duration(lengthMs, { width: 'long' }),
    link,
    channel: { name: channelName },
    alert: {
      ...facts,
      startedAt: timeText(startedAt),
      lastSeenAt: timeText(lastSeenAt),
      acknowledgedAt: timeOrNull(acknowledgedAt),
      closedAt: timeOrNull(closedAt),
    },
  };
}
