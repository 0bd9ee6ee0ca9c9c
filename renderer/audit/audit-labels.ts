import type { AuditEntry } from '../../main/contract/system.ts';
import { formatRoute, type View } from '../app/route.ts';
import { text } from '../messages/text.svelte.ts';

/** The views that show what an action of this family was done to. */
const VIEW_OF: ReadonlyMap<string, View> = new Map([
  ['alert', 'alerts'],
  ['notification', 'deliveries'],
  ['heartbeat', 'heartbeats'],
  ['channel', 'channels'],
]);

const UUID = /^[0-9a-f-]{36}$/i;

const partsOf = (action: string): [family: string, action: string] => {
  const at = action.indexOf('.');
  return at === -1 ? [action, ''] : [action.slice(0, at), action.slice(at + 1)];
};

/** Returns the name of an action: "Notification: requeued" for `notification.requeue`. */
export function actionText(action: string): string {
  const [family, verb] = partsOf(action);
  const subject = text('audit.family', { family });
  return verb === '' ? subject : text('audit.action', { subject, verb });
}

/** Returns the link to an entry's subject; null if no view shows it or it is gone. */
export function subjectHref({ action, subject }: AuditEntry): string | null {
  const [family, verb] = partsOf(action);
  const view = VIEW_OF.get(family);
  return view && verb !== 'delete' && UUID.test(subject) ? formatRoute(view, subject) : null;
}
