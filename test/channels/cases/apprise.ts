import { createApprise } from '../../../main/channels/apprise.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const KEY = 'homelab-s3cret';

export const appriseCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createApprise,
      config: (url) => ({ url, key: KEY, tag: 'admin, phone' }),
      secrets: [KEY],
      success: json(200, { error: null, details: [] }),
      failures: {
        'is a page of something else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has nothing under the key': status(204),
        'could not tell one of the addresses': json(424, {
          error: 'One or more notification could not be sent',
        }),
        'does not take the tags': json(400, { error: 'Unsupported characters in tag' }),
        'is something else': status(405),
        'is not there': status(404),
        'is down': status(503, { 'retry-after': '60' }),
        'wants a password': status(401),
      },
    }),
  failures: {
    'is a page of something else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Apprise API', status: 'HTTP 200', fields: ['apprise.url'] },
      },
    },
    'has nothing under the key': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 204,
      reason: {
        code: 'failure.apprise_key_unknown',
        params: { status: 'HTTP 204', fields: ['apprise.key'] },
      },
    },
    'could not tell one of the addresses': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.apprise_partly', params: { status: 'HTTP 424' } },
      receiverText: 'One or more notification could not be sent',
    },
    'does not take the tags': {
      kind: 'permanent',
      class: 'rejected',
      statusCode: 400,
      reason: {
        code: 'failure.rejected',
        params: { service: 'Apprise API', status: 'HTTP 400', fields: ['apprise.tag'] },
      },
      receiverText: 'Unsupported characters in tag',
    },
    'is something else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 405,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Apprise API', status: 'HTTP 405', fields: ['apprise.url'] },
      },
    },
    'is not there': {
      kind: 'permanent',
      class: 'not_found',
      reason: {
        code: 'failure.not_found',
        params: { service: 'receiver', status: 'HTTP 404', fields: [] },
      },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      retryAfterMs: 60_000,
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 503' } },
    },
    'wants a password': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'receiver', status: 'HTTP 401', fields: [] },
      },
    },
  },
  limit: {
    max: 33_300,
    unit: 'bytes',
    textOf: (received) => (JSON.parse(bodyOf(received)) as { body: string }).body,
  },
};
