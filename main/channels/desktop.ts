import type { DesktopConfig } from '../contract/channel-kind.ts';
import type { Severity } from '../contract/primitives.ts';
import { noticeText } from '../domain/notice-text.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import {
  readableText,
  requestLine,
  type ChannelAdapter,
  type Delivery,
} from './channel-adapter.ts';
import {
  askedActions,
  openAction,
  urgencyOf,
  type DesktopNotice,
  type DesktopNotifier,
  type NoticeAction,
} from './desktop-notifier.ts';
import { firingSeverity, worstSeverity } from './tone.ts';

/** Returns what a notice offers: what an open alert asks for, and to open it. */
function actionsOf({ event, alert, messages }: Delivery): NoticeAction[] {
  const open = openAction(messages);
  if (event === 'resolved' || event === 'test' || alert.state !== 'open') return [open];
  return [...askedActions(messages), open];
}

/** Many may be shown at the same time, so that the notices of a storm come together. */
const CONCURRENCY = 20;

/**
 * The operating system's notifications, one for each alert: a later one replaces it, and a resolve takes
 * it down.
 */
export const createDesktop = (
  port: DesktopNotifier,
  soundOf: (severity: Severity | null) => Severity | null,
): ChannelAdapter<DesktopConfig> => ({
  kind: 'desktop',
  audience: 'people',
  timeoutMs: 10_000,
  concurrency: CONCURRENCY,
  rateLimit: null,
  target: (_config, messages) => messages.text('channels.target.desktop'),
  shown: (delivery) => noticeText(readableText(delivery)),
  async send(_config, delivery, { signal }) {
    const { event, alert, knownAs, bundle, notificationId, messages } = delivery;
    const shown = async (notice: DesktopNotice): Promise<Outcome> => ({
      ...(await port.show(notice, signal)),
      request: requestLine('NOTIFY', delivery),
    });
    const sound = soundOf(firingSeverity(delivery));
    if (bundle) {
      // It replaces the notices of its members.
      for (const tag of bundle.knownAs) port.close(tag);
      const worst = worstSeverity(bundle.members);
      return shown({
        tag: notificationId,
        ...readableText(delivery),
        urgency: urgencyOf(worst),
        route: '#/alerts',
        alertId: null,
        actions: [openAction(messages)],
        alerts: {
          ids: bundle.members.map((member) => member.alert.id),
          worst,
          areOver: bundle.members.every((member) => member.event === 'resolved'),
        },
        sound,
      });
    }
    if (event === 'acknowledged') {
      // Somebody has seen it.
      port.close(knownAs);
      return sent({ request: requestLine('CLOSE', delivery) });
    }
    const isTest = event === 'test';
    const areOver = event === 'resolved';
    if (areOver) port.close(knownAs);
    return shown({
      tag: knownAs,
      ...readableText(delivery),
      urgency: urgencyOf(areOver ? null : alert.severity),
      route: isTest ? null : `#/alerts/${alert.id}`,
      alertId: isTest ? null : alert.id,
      actions: actionsOf(delivery),
      alerts: isTest ? null : { ids: [alert.id], worst: alert.severity, areOver },
      sound,
    });
  },
});
