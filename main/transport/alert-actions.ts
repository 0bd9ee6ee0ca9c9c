import type { Logger } from '../base/logger.ts';
import { openAction, type DesktopNotice } from '../channels/desktop-notifier.ts';
import type { Client } from '../contract/client.ts';
import type { Messages } from '../messages/messages.ts';

/** A snooze from a notice or from the tray. */
const SNOOZE_MS = 3_600_000;

export type AlertAction = 'acknowledge' | 'snooze';

export interface AlertActionsOptions {
  readonly core: Pick<Client, 'call'>;
  readonly notify: (notice: DesktopNotice) => void;
  readonly messages: () => Messages;
  readonly logger: Logger;
}

/**
 * Returns what acknowledges or snoozes an alert from outside the window, from a notice or the tray. It
 * resolves to true if that worked; a failure is shown as a notice, whose click opens the alert.
 */
export function alertActions({ core, notify, messages, logger }: AlertActionsOptions) {
  return async (action: AlertAction, id: string): Promise<boolean> => {
    const result =
      action === 'acknowledge'
        ? await core.call('alerts.acknowledge', { id })
        : await core.call('alerts.snooze', { id, durationMs: SNOOZE_MS });
    if (result.ok) return true;
    logger.log('warn', 'an action on an alert failed', { action, code: result.error.code });
    notify({
      tag: `belfry-${action}-${id}`,
      title: messages().text(`notice.failed.${action}`),
      body: result.error.message,
      urgency: 'normal',
      route: `#/alerts/${id}`,
      alertId: null,
      actions: [openAction(messages())],
      alerts: null,
      sound: null,
    });
    return false;
  };
}
