import { createNtfy } from '../../../main/channels/ntfy.ts';
import { status, type Respond } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const TOPIC = 'belfry-x7Kq2mWz';
const TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';
const PASSWORD = 'n0t-to-be-seen';

/** As ntfy answers: its own fields first, then the message whole. */
const published: Respond = (response, { body }) => {
  const own = { id: 'sPs71M8A2T', time: 1_768_478_400, expires: 1_768_521_600, event: 'message' };
  json(200, { ...own, ...(JSON.parse(body) as object) })(response, { body } as never);
};

const error = (http: number, code: number, text: string): Respond =>
  json(http, { code, http, error: text, link: 'https://ntfy.sh/docs/publish/' });

export const ntfyCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createNtfy,
      config: (url) => ({
        server: `${url}/`,
        topic: TOPIC,
        token: TOKEN,
        user: 'ann',
        password: PASSWORD,
      }),
      secrets: [TOPIC, TOKEN, PASSWORD],
      success: published,
      failures: {
        'does not take the topic': error(400, 40_009, 'invalid request: topic invalid'),
        'does not know the token': error(401, 40_101, 'unauthorized'),
        'protects the topic': error(403, 40_301, 'forbidden'),
        'finds the message too large': error(413, 41_303, 'JSON body too large'),
        'gets too many requests': error(429, 42_901, 'limit reached: too many requests'),
        'has given out the day’s messages': error(429, 42_908, 'limit reached: too many messages'),
        'is behind a proxy that has lost it': status(502, {}, '<h1>Bad gateway</h1>'),
        'is no ntfy': status(200, { 'content-type': 'text/html' }, '<h1>Router login</h1>'),
      },
    }),
  failures: {
    'does not take the topic': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'ntfy', status: 'HTTP 400', fields: ['ntfy.topic'] },
      },
      receiverText: 'invalid request: topic invalid',
    },
    'does not know the token': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: {
          service: 'ntfy',
          status: 'HTTP 401',
          fields: ['ntfy.token', 'ntfy.user', 'ntfy.password'],
        },
      },
      receiverText: 'unauthorized',
    },
    'protects the topic': {
      kind: 'permanent',
      class: 'authentication',
      statusCode: 403,
      reason: {
        code: 'failure.topic_forbidden',
        params: {
          service: 'ntfy',
          status: 'HTTP 403',
          fields: ['ntfy.topic', 'ntfy.token', 'ntfy.user'],
        },
      },
      receiverText: 'forbidden',
    },
    'finds the message too large': {
      kind: 'permanent',
      class: 'rejected',
      statusCode: 413,
      reason: {
        code: 'failure.too_large',
        params: { service: 'receiver', status: 'HTTP 413', fields: [] },
      },
    },
    'gets too many requests': {
      kind: 'transient',
      class: 'rate_limited',
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    // It is noon, and the quota begins again at midnight.
    'has given out the day’s messages': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 43_200_000,
      reason: { code: 'failure.daily_quota', params: { service: 'ntfy', status: 'HTTP 429' } },
      receiverText: 'limit reached: too many messages',
    },
    'is behind a proxy that has lost it': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 502' } },
    },
    'is no ntfy': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'ntfy', status: 'HTTP 200', fields: ['ntfy.server'] },
      },
    },
  },
  limit: {
    max: 4_096,
    unit: 'bytes',
    textOf: (received) => (JSON.parse(bodyOf(received)) as { message: string }).message,
  },
};
