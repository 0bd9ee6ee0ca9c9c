import { REFUSAL_STATUS, routesAt, type IngestAdapter } from './adapter.ts';
import { tokenInPath } from './message.ts';
import { readSlackMessage } from './slack-message.ts';

/**
 * Mattermost's incoming webhooks, `POST /hooks/<token>`, which take Slack's payload
 * (https://developers.mattermost.com/integrate/webhooks/incoming). A wrong token is 401, not Mattermost's 400.
 */
export const mattermost: IngestAdapter = {
  name: 'mattermost',
  routes: routesAt('/hooks/:token', 'POST'),
  credential: tokenInPath,
  read: readSlackMessage,
  accept: () => ({ status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' }),
  refuse(reason, fault) {
    const [id, message] =
      fault === 'no_text'
        ? ['web.incoming_webhook.text.app_error', 'No text specified.']
        : reason === 'unauthenticated'
          ? ['web.incoming_webhook.invalid.app_error', 'Invalid webhook.']
          : reason === 'invalid'
            ? ['web.incoming_webhook.parse.app_error', 'Unable to parse incoming data.']
            : ['web.incoming_webhook.app_error', fault];
    const status = REFUSAL_STATUS[reason];
    return { status, body: { id, message, detailed_error: '', status_code: status } };
  },
};
