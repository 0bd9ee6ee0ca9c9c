import type { DesktopConfig } from '../contract/channel-kind.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import {
  readableText,
  requestLine,
  type ChannelAdapter,
  type Delivery,
} from './channel-adapter.ts';
import {
  openAction,
  type DesktopNotice,
  type DesktopNotifier,
  type NoticeAction,
} from './desktop-notifier.ts';
import { worstSeverity } from './tone.ts';

/** GNOME shows no banner for `low`, so only a resolve has it. */
const URGENCY = { info: 'normal', warning: 'normal', critical: 'critical' } as const;

/** Returns what a notice offers: what an open alert asks for, and to open it. */
function actionsOf({ event, alert, messages }: Delivery): NoticeAction[] {
  const open = openAction(messages);
  if (event === 'resolved' || event === 'test' || alert.state !== 'open') return [open];
  const asked = (['acknowledge', 'snooze'] as const).map((name) => ({
    name,
    label: messages.text(`message.action.${name}`),
  }));
  return [...asked, open];
}

/**
 * The operating system's notifications, one for each alert: a later one replaces it, and a resolve takes
 * it down.
 */
export const createDesktop = (port: DesktopNotifier): ChannelAdapter<DesktopConfig> => ({
  kind: 'desktop',
  audience: 'people',
  timeoutMs: 10_000,
  concurrency: 1,
  rateLimit: null,
  target: (_config, messages) => messages.text('channels.target.desktop'),
  async send(_config, delivery, { signal }) {
    const { event, alert, bundle, notificationId, messages } = delivery;
    const shown = async (notice: DesktopNotice): Promise<Outcome> => ({
      ...(await port.show(notice, signal)),
      request: requestLine('NOTIFY', delivery),
    });
    if (bundle) {
      // It replaces the notices of its members.
      for (const member of bundle.members) port.close(member.alert.id);
      const worst = worstSeverity(bundle.members);
      const notice = { tag: notificationId, ...readableText(delivery) };
      return shown({
        ...notice,
        urgency: URGENCY[worst],
        route: '#/alerts',
        alertId: null,
        actions: [openAction(messages)],
      });
    }
    if (event === 'acknowledged') {
      // Somebody has seen it.
      port.close(alert.id);
      return sent({ request: requestLine('CLOSE', delivery) });
    }
    if (event === 'resolved') port.close(alert.id);
    const { title, body } = readableText(delivery);
    return shown({
      tag: alert.id,
      title,
      body,
      urgency: event === 'resolved' ? 'low' : URGENCY[alert.severity],
      route: event === 'test' ? null : `#/alerts/${alert.id}`,
      alertId: event === 'test' ? null : alert.id,
      actions: actionsOf(delivery),
    });
  },
});
