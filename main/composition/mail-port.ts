import type { SettingsService } from '../system/settings-service.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { MailPort } from '../transport/mail/mail-server.ts';
import type { PushHub } from '../transport/push-hub.ts';

/** Returns what the SMTP listener asks of the core, and tells it. */
export const mailPort = (
  settings: Pick<SettingsService, 'current'>,
  board: Pick<StatusBoard, 'mailBecame'>,
  hub: Pick<PushHub, 'changed'>,
): MailPort => ({
  options: () => settings.current().mail,
  became(state) {
    board.mailBecame(state);
    hub.changed([{ entity: 'status' }]);
  },
});
