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
    'is a page of something else': { kind: 'permanent', class: 'configuration', statusCode: 200 },
    'has nothing under the key': { kind: 'permanent', class: 'configuration', statusCode: 204 },
    'could not tell one of the addresses': {
      kind: 'transient',
      class: 'server_error',
      message:
        'HTTP 424: at least one of the addresses behind the key was not told, or none has the tags. The log of the Apprise API says which. It says: “One or more notification could not be sent”.',
    },
    'does not take the tags': { kind: 'permanent', class: 'rejected', statusCode: 400 },
    'is something else': { kind: 'permanent', class: 'configuration', statusCode: 405 },
    'is not there': { kind: 'permanent', class: 'not_found' },
    'is down': { kind: 'transient', class: 'server_error', retryAfterMs: 60_000 },
    'wants a password': { kind: 'permanent', class: 'authentication' },
  },
  limit: {
    max: 33_300,
    unit: 'bytes',
    textOf: (received) => (JSON.parse(bodyOf(received)) as { body: string }).body,
  },
};
