import { createWebhook } from '../../../main/channels/webhook.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { httpFake } from '../http-fake.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

export const webhookCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createWebhook,
      config: (url) => ({
        url: `${url}/hook/pa55word?key=t0ken`,
        secret: SECRET,
        headers: { 'X-Api-Key': 'h3ader-k3y', Authorization: 'Bearer b3arer-t0ken' },
      }),
      secrets: [
        'pa55word',
        't0ken',
        'h3ader-k3y',
        'b3arer-t0ken',
        SECRET,
        SECRET.slice('whsec_'.length),
      ],
      success: status(204),
      failures: {
        'wants fewer requests': status(429, { 'retry-after': '30' }),
        'is down for maintenance': status(503, { 'retry-after': 'Thu, 15 Jan 2026 12:02:00 GMT' }),
        'refuses the credentials': status(401),
        'is not there': status(404),
        'is gone for good': status(410),
        'does not like the message': status(422, {}, 'unknown field'),
      },
    }),
  failures: {
    'wants fewer requests': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 30_000,
      statusCode: 429,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down for maintenance': {
      kind: 'transient',
      class: 'server_error',
      retryAfterMs: 120_000,
      statusCode: 503,
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 503' } },
    },
    'refuses the credentials': {
      kind: 'permanent',
      class: 'authentication',
      statusCode: 401,
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'receiver', status: 'HTTP 401', fields: [] },
      },
    },
    'is not there': {
      kind: 'permanent',
      class: 'not_found',
      statusCode: 404,
      reason: {
        code: 'failure.not_found',
        params: { service: 'receiver', status: 'HTTP 404', fields: [] },
      },
    },
    'is gone for good': {
      kind: 'permanent',
      class: 'gone',
      statusCode: 410,
      reason: {
        code: 'failure.gone',
        params: { service: 'receiver', status: 'HTTP 410', fields: [] },
      },
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      responseExcerpt: 'unknown field',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 422', fields: [] },
      },
    },
  },
  limit: null,
};
