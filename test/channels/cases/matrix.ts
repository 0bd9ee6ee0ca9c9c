import { createMatrix } from '../../../main/channels/matrix.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';
import { status } from '../../support/http-receiver.ts';

const TOKEN = 'syt_YmVsZnJ5_s3cretT0ken_1';

export const matrixCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createMatrix,
      config: (url) => ({
        homeserver: url,
        roomId: '!lab/room:matrix.lan',
        accessToken: TOKEN,
      }),
      secrets: [TOKEN],
      success: json(200, { event_id: '$first-event' }),
      failures: {
        'wants fewer requests': json(429, {
          errcode: 'M_LIMIT_EXCEEDED',
          error: 'Too Many Requests',
          retry_after_ms: 4_321,
        }),
        'says in a header how long to wait': json(
          429,
          { errcode: 'M_LIMIT_EXCEEDED' },
          { 'retry-after': '7' },
        ),
        'does not know the token': json(401, {
          errcode: 'M_UNKNOWN_TOKEN',
          error: `Unrecognised access token ${TOKEN}`,
          soft_logout: false,
        }),
        'never saw the account in the room': json(403, {
          errcode: 'M_FORBIDDEN',
          error: 'User @belfry:matrix.lan not in room',
        }),
        'finds the message too large': json(413, { errcode: 'M_TOO_LARGE', error: 'too large' }),
        'knows no such route': json(404, { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized' }),
        'is the page of a web client': status(200, {}, '<!doctype html><title>Element</title>'),
        'is restarting behind its proxy': status(502),
        'has a full database': json(500, { errcode: 'M_UNKNOWN', error: 'Internal server error' }),
      },
    }),
  failures: {
    'wants fewer requests': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 4_321,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'says in a header how long to wait': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 7_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'does not know the token': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'Matrix', status: 'HTTP 401', fields: ['matrix.accessToken'] },
      },
      receiverText: 'Unrecognised access token [redacted]',
    },
    'never saw the account in the room': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.room_forbidden', params: { fields: ['matrix.roomId'] } },
      receiverText: 'User @belfry:matrix.lan not in room',
    },
    'finds the message too large': {
      kind: 'permanent',
      class: 'rejected',
      statusCode: 413,
      reason: {
        code: 'failure.too_large',
        params: { service: 'Matrix', status: 'HTTP 413', fields: [] },
      },
      receiverText: 'too large',
    },
    'knows no such route': {
      kind: 'permanent',
      class: 'not_found',
      reason: {
        code: 'failure.not_found',
        params: { service: 'Matrix', status: 'HTTP 404', fields: ['matrix.homeserver'] },
      },
      receiverText: 'Unrecognized',
    },
    'is the page of a web client': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.homeserver_wrong',
        params: { status: 'HTTP 200', fields: ['matrix.homeserver'] },
      },
    },
    'is restarting behind its proxy': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 502' } },
    },
    'has a full database': {
      kind: 'transient',
      class: 'server_error',
      statusCode: 500,
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 500' } },
    },
  },
  limit: {
    max: 9_200,
    unit: 'bytes',
    textOf: (received) => (JSON.parse(bodyOf(received)) as { body: string }).body,
  },
};
