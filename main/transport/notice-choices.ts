import type { Logger } from '../base/logger.ts';
import { openAction, type DesktopNotice, type NoticeChoice } from '../channels/desktop-notifier.ts';
import type { Client } from '../contract/client.ts';
import type { Messages } from '../messages/messages.ts';

const SNOOZE_MS = 3_600_000;

export interface NoticeChoicesOptions {
  readonly core: Pick<Client, 'call'>;
  /** Shows the route of a notice that was clicked; null shows the window where it was. */
  readonly open: (route: string | null, activationToken: string | null) => void;
  readonly notify: (notice: DesktopNotice) => void;
  readonly close: (tag: string) => void;
  readonly messages: () => Messages;
  readonly logger: Logger;
}

/** Does what a person chose on a notice. A failure is shown as another notice. */
export function noticeChoices(options: NoticeChoicesOptions): (choice: NoticeChoice) => void {
  const { core, open, notify, close, messages, logger } = options;

  const act = async (
    action: 'acknowledge' | 'snooze',
    { tag, alertId, route }: DesktopNotice,
  ): Promise<void> => {
    if (alertId === null) return;
    const result =
      action === 'acknowledge'
        ? await core.call('alerts.acknowledge', { id: alertId })
        : await core.call('alerts.snooze', { id: alertId, durationMs: SNOOZE_MS });
    if (result.ok) return close(tag);
    logger.log('warn', 'an action of a notice failed', { action, code: result.error.code });
    notify({
      tag: `belfry-${action}-${alertId}`,
      title: messages().text(`notice.failed.${action}`),
      body: result.error.message,
      urgency: 'normal',
      route,
      alertId: null,
      actions: [openAction(messages())],
    });
  };

  return ({ action, notice, activationToken }) => {
    if (action === 'open') open(notice.route, activationToken);
    else void act(action, notice);
  };
}
