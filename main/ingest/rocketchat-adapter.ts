import { REFUSAL_STATUS, routesAt, type IngestAdapter } from './adapter.ts';
import { tokenInPath } from './message.ts';
import { readSlackMessage } from './slack-message.ts';

/**
 * Rocket.Chat's incoming integrations, `POST /hooks/<id>/<token>`, which take Slack's payload with `alias` in
 * the place of `username` (https://docs.rocket.chat/docs/integrations).
 */
export const rocketchat: IngestAdapter = {
  name: 'rocketchat',
  routes: routesAt('/hooks/:id/:token', 'POST'),
  credential: tokenInPath,
  read: readSlackMessage,
  accept: () => ({ status: 200, body: { success: true } }),
  refuse(reason, message) {
    const error =
      reason === 'unauthenticated' ? 'Invalid integration id or token provided.' : message;
    return { status: REFUSAL_STATUS[reason], body: { success: false, error } };
  },
};
