import { z } from 'zod';
import { createDiscord } from '../../../main/channels/discord.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const TOKEN = 'V3ry-S3cret_T0ken';
const message = z.object({ embeds: z.tuple([z.object({ description: z.string() })]) });

/** As https://discord.com/developers/docs/topics/opcodes-and-status-codes has them. */
export const discordCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createDiscord,
      config: (url) => ({
        url: `${url}/api/webhooks/1102534561234567000/${TOKEN}`,
        threadId: '1102534561234567890',
      }),
      secrets: [TOKEN],
      success: json(200, { type: 0, content: '…', id: '1338888888888888888' }),
      failures: {
        'is somebody else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has had too many': json(
          429,
          { message: 'You are being rate limited.', retry_after: 0.651, global: false },
          { 'retry-after': '1', 'x-ratelimit-reset-after': '0.651' },
        ),
        'is kept away by its network': status(429, { 'retry-after': '60' }, '<html>1015</html>'),
        'is down': json(503, { message: 'upstream connect error', code: 0 }),
        'has deleted the webhook': json(404, { message: 'Unknown Webhook', code: 10_015 }),
        'knows another token': json(401, { message: 'Invalid Webhook Token', code: 50_027 }),
        'has no such thread': json(404, { message: 'Unknown Channel', code: 10_003 }),
        'is a forum': json(400, {
          message: 'Webhooks posted to forum channels must have a thread_name or thread_id',
          code: 220_001,
        }),
        'has closed the thread': json(400, { message: 'Thread is archived', code: 50_083 }),
        'does not like the message': json(400, { message: 'Invalid Form Body', code: 50_035 }),
      },
    }),
  failures: {
    'is somebody else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Discord', status: 'HTTP 200', fields: ['discord.url'] },
      },
    },
    'has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 651,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is kept away by its network': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 60_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 503' } },
    },
    'has deleted the webhook': {
      kind: 'permanent',
      class: 'gone',
      reason: {
        code: 'failure.webhook_removed',
        params: { service: 'Discord', fields: ['discord.url'] },
      },
      receiverText: 'Unknown Webhook',
    },
    'knows another token': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.webhook_incomplete',
        params: { service: 'Discord', fields: ['discord.url'] },
      },
      receiverText: 'Invalid Webhook Token',
    },
    'has no such thread': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.thread_unknown',
        params: { service: 'Discord', fields: ['discord.threadId'] },
      },
      receiverText: 'Unknown Channel',
    },
    'is a forum': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.thread_required',
        params: { service: 'Discord', fields: ['discord.threadId'] },
      },
      receiverText: 'Webhooks posted to forum channels must have a thread_name or thread_id',
    },
    'has closed the thread': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.thread_closed',
        params: { service: 'Discord', fields: ['discord.threadId'] },
      },
      receiverText: 'Thread is archived',
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 400', fields: [] },
      },
    },
  },
  limit: {
    max: 4_096,
    unit: 'utf16',
    textOf: (received) => message.parse(JSON.parse(bodyOf(received))).embeds[0].description,
  },
};
