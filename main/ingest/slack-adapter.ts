import { REFUSAL_STATUS, routesAt, type IngestAdapter, type IngestRefusal } from './adapter.ts';
import { tokenInPath } from './message.ts';
import { readSlackMessage } from './slack-message.ts';

/** Slack's own answers (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors). */
const CODES: Readonly<Partial<Record<IngestRefusal, readonly [status: number, code: string]>>> = {
  unauthenticated: [403, 'invalid_token'],
  forbidden: [403, 'action_prohibited'],
  unknown: [404, 'no_service'],
};
const FAULTS: ReadonlySet<string> = new Set([
  'no_text',
  'invalid_payload',
  'invalid_blocks',
  'too_many_attachments',
]);

const PLAIN = 'text/plain; charset=utf-8';

/**
 * Slack's incoming webhooks, `POST /services/T…/B…/<token>`: JSON, or a form whose field `payload` is JSON,
 * with a text, attachments and blocks. The token is the last part of the path.
 */
export const slack: IngestAdapter = {
  name: 'slack',
  routes: routesAt('/services/:team/:bot/:token', 'POST'),
  credential: tokenInPath,
  read: readSlackMessage,
  accept: () => ({ status: 200, body: 'ok', contentType: PLAIN }),
  refuse(reason, message) {
    const [status, code] = CODES[reason] ?? [
      REFUSAL_STATUS[reason],
      reason === 'invalid' && !FAULTS.has(message) ? 'invalid_payload' : message,
    ];
    return { status, body: code || 'error', contentType: PLAIN };
  },
};
