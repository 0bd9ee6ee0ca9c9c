import { createMattermost } from '../../../main/channels/mattermost.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const KEY = 's3cr3thookkey1234567890abc';

const refusal = (code: number, id: string, message: string) =>
  json(code, { id, message, detailed_error: '', request_id: 'r', status_code: code });

/** As the server's own handler of incoming webhooks (`HandleIncomingWebhook`) has them. */
export const mattermostCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createMattermost,
      config: (url) => ({ url: `${url}/hooks/${KEY}` }),
      secrets: [KEY],
      success: json(200, { status: 'ok' }),
      failures: {
        'is somebody else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has had too many': json(429, { message: 'limit exceeded' }, { 'retry-after': '2' }),
        'is down': refusal(500, 'app.channel.get.find.app_error', 'Unable to find the channel'),
        'knows no such webhook': refusal(
          400,
          'web.incoming_webhook.invalid.app_error',
          'Invalid webhook.',
        ),
        'takes no webhooks': refusal(
          501,
          'web.incoming_webhook.disabled.app_error',
          'Incoming webhooks have been disabled by the system admin.',
        ),
        'has lost the channel': refusal(
          404,
          'web.incoming_webhook.channel.app_error',
          "Couldn't find the channel.",
        ),
        'has shut the door': refusal(
          403,
          'web.incoming_webhook.permissions.app_error',
          'Inappropriate channel permissions.',
        ),
        'misses the person': refusal(
          403,
          'web.incoming_webhook.user.app_error',
          "Couldn't find the user.",
        ),
        'does not like the message': refusal(
          400,
          'web.incoming_webhook.parse.app_error',
          'Unable to parse incoming data.',
        ),
      },
    }),
  failures: {
    'is somebody else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Mattermost', status: 'HTTP 200', fields: ['mattermost.url'] },
      },
    },
    'has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 2_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 500' } },
    },
    'knows no such webhook': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_removed',
        params: { service: 'Mattermost', fields: ['mattermost.url'] },
      },
      receiverText: 'Invalid webhook.',
    },
    'takes no webhooks': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 501,
      reason: { code: 'failure.webhooks_disabled', params: { service: 'Mattermost' } },
      receiverText: 'Incoming web[redacted] have been disabled by the system admin.',
    },
    'has lost the channel': {
      kind: 'permanent',
      class: 'gone',
      reason: {
        code: 'failure.webhook_channel_gone',
        params: { service: 'Mattermost', fields: ['mattermost.url'] },
      },
      receiverText: "Couldn't find the channel.",
    },
    'has shut the door': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_owner_forbidden',
        params: { service: 'Mattermost', fields: ['mattermost.url'] },
      },
      receiverText: 'Inappropriate channel permissions.',
    },
    'misses the person': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_removed',
        params: { service: 'Mattermost', fields: ['mattermost.url'] },
      },
      receiverText: "Couldn't find the user.",
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 400', fields: [] },
      },
      receiverText: 'Unable to parse incoming data.',
    },
  },
  limit: {
    max: 7_900,
    unit: 'utf16',
    textOf: (received) =>
      JSON.stringify((JSON.parse(bodyOf(received)) as { attachments: unknown }).attachments),
  },
};
