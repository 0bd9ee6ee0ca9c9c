import {
  askedActions,
  openAction,
  urgencyOf,
  type DesktopNotice,
} from '../../channels/desktop-notifier.ts';
import { MESSAGE_KIND, type Alert } from '../../contract/alert.ts';
import { LOCAL_CORE } from '../../contract/desktop-core.ts';
import type { Messages } from '../../messages/messages.ts';
import { trayAlert } from '../tray-view.ts';

const PREFIX = /^core-([0-9a-f-]{36})-/;

/** Returns the tag of a notice about a core, from which a click leads back to it. */
export const tagOf = (core: string, tag: string): string =>
  core === LOCAL_CORE ? tag : `core-${core}-${tag}`;

/** Returns the core that a notice is about. */
export const coreOfTag = (tag: string): string => PREFIX.exec(tag)?.[1] ?? LOCAL_CORE;

/** Returns the notice of an alert of a core elsewhere. */
export function alertNotice(
  messages: Messages,
  core: { readonly id: string; readonly name: string },
  alert: Alert,
): DesktopNotice {
  const { label } = trayAlert(messages, alert);
  const asked = alert.state === 'open' ? askedActions(messages) : [];
  return {
    tag: tagOf(core.id, alert.id),
    title: messages.text('cores.notice.title', { name: core.name, alert: label }),
    body: alert.kind === MESSAGE_KIND ? '' : alert.message,
    urgency: urgencyOf(alert.severity),
    route: `#/alerts/${alert.id}`,
    alertId: alert.id,
    actions: [...asked, openAction(messages)],
    // A storm is counted for each core, so that its click leads to that core.
    alerts: null,
    sound: alert.severity,
  };
}

/** Returns one notice of many alerts. */
export function summaryNotice(
  messages: Messages,
  core: { readonly id: string; readonly name: string },
  alerts: readonly Alert[],
): DesktopNotice {
  const worst = alerts.some(({ severity }) => severity === 'critical') ? 'critical' : 'normal';
  const count = alerts.length;
  return {
    tag: tagOf(core.id, 'summary'),
    title: messages.text('cores.notice.many', { name: core.name, count }),
    body: messages.list(alerts.slice(0, 3).map((alert) => trayAlert(messages, alert).label)),
    urgency: worst,
    route: '#/alerts',
    alertId: null,
    actions: [openAction(messages)],
    alerts: null,
    sound: worst === 'critical' ? 'critical' : 'warning',
  };
}
