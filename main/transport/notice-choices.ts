import type { NoticeChoice } from '../channels/desktop-notifier.ts';
import { alertActions, type AlertActionsOptions } from './alert-actions.ts';

export interface NoticeChoicesOptions extends AlertActionsOptions {
  /** Shows the route of a notice that was clicked; null shows the window where it was. */
  readonly open: (route: string | null, activationToken: string | null) => void;
  readonly close: (tag: string) => void;
}

/** Returns what does what a person chose on a notice. */
export function noticeChoices(options: NoticeChoicesOptions): (choice: NoticeChoice) => void {
  const { open, close } = options;
  const act = alertActions(options);
  return ({ action, notice: { tag, alertId, route }, activationToken }) => {
    if (action === 'open') open(route, activationToken);
    else if (alertId !== null) {
      void act(action, alertId).then((isDone) => {
        if (isDone) close(tag);
      });
    }
  };
}
