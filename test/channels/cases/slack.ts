import { z } from 'zod';
import { createSlack } from '../../../main/channels/slack.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake } from '../http-fake.ts';

const PATH = '/services/T00000000/B00000000/S3cretS3cretS3cret';
const message = z.object({
  attachments: z.tuple([
    z.object({
      blocks: z.tuple([z.object({ text: z.object({ text: z.string() }) })]).rest(z.any()),
    }),
  ]),
});

/** As https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks has them. */
export const slackCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createSlack,
      config: (url) => ({ url: `${url}${PATH}` }),
      secrets: ['S3cretS3cretS3cret', 'T00000000', 'B00000000'],
      success: status(200, {}, 'ok'),
      failures: {
        'is somebody else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has had too many': status(429, { 'retry-after': '30' }, 'rate_limited'),
        'is down': status(500, {}, 'rollup_error'),
        'has removed the webhook': status(404, {}, 'no_service\n'),
        'knows another token': status(403, {}, 'invalid_token'),
        'has archived the channel': status(410, {}, 'channel_is_archived'),
        'has deleted the channel': status(404, {}, 'channel_not_found'),
        'lets no apps write': status(403, {}, 'action_prohibited'),
        'does not like the message': status(400, {}, 'invalid_blocks'),
        'is not Slack': status(404, {}, '<html>nothing here</html>'),
      },
    }),
  failures: {
    'is somebody else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Slack', status: 'HTTP 200', fields: ['slack.url'] },
      },
    },
    'has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 30_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 500' } },
    },
    'has removed the webhook': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_removed',
        params: { service: 'Slack', fields: ['slack.url'] },
      },
      receiverText: 'no_service',
    },
    'knows another token': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_removed',
        params: { service: 'Slack', fields: ['slack.url'] },
      },
      receiverText: 'invalid_token',
    },
    'has archived the channel': {
      kind: 'permanent',
      class: 'gone',
      reason: {
        code: 'failure.webhook_channel_gone',
        params: { service: 'Slack', fields: ['slack.url'] },
      },
      receiverText: 'channel_is_archived',
    },
    'has deleted the channel': {
      kind: 'permanent',
      class: 'gone',
      reason: {
        code: 'failure.webhook_channel_gone',
        params: { service: 'Slack', fields: ['slack.url'] },
      },
      receiverText: 'channel_not_found',
    },
    'lets no apps write': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.posting_restricted', params: { service: 'Slack' } },
      receiverText: 'action_prohibited',
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 400', fields: [] },
      },
      receiverText: 'invalid_blocks',
    },
    'is not Slack': {
      kind: 'permanent',
      class: 'not_found',
      reason: {
        code: 'failure.not_found',
        params: { service: 'receiver', status: 'HTTP 404', fields: [] },
      },
    },
  },
  limit: {
    max: 3_000,
    unit: 'utf16',
    textOf: (received) =>
      message.parse(JSON.parse(bodyOf(received))).attachments[0].blocks[0].text.text,
  },
};
