import type { KeyRing } from '../base/key-ring.ts';
import { mailMark } from '../domain/own-mail.ts';
import type { MailRuleService } from '../system/mail-rule-service.ts';
import type { SettingsService } from '../system/settings-service.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { MailPort } from '../transport/mail/mail-server.ts';
import type { PushHub } from '../transport/push-hub.ts';

export interface MailPortDeps {
  readonly settings: Pick<SettingsService, 'current'>;
  readonly board: Pick<StatusBoard, 'mailBecame'>;
  readonly hub: Pick<PushHub, 'changed'>;
  readonly rules: Pick<MailRuleService, 'rules' | 'keep'>;
  readonly keys: Pick<KeyRing, 'all'>;
}

/** Returns what the SMTP listener asks of the core, and tells it. */
export const mailPort = ({ settings, board, hub, rules, keys }: MailPortDeps): MailPort => ({
  options: () => settings.current().mail,
  rules: () => rules.rules,
  ownMarks: () => keys.all.map(mailMark),
  received: (mail) => rules.keep(mail),
  became(state) {
    board.mailBecame(state);
    hub.changed([{ entity: 'status' }]);
  },
});
