import { createGotify } from '../../../main/channels/gotify.ts';
import { status, type Respond } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const TOKEN = 'AqP8kX2mVb0t7Zs';

const error = (code: number, name: string, description: string): Respond =>
  json(code, { error: name, errorCode: code, errorDescription: description });

export const gotifyCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createGotify,
      config: (url) => ({ server: `${url}/gotify/`, token: TOKEN }),
      secrets: [TOKEN],
      success: json(200, {
        id: 25,
        appid: 5,
        message: 'as it was sent',
        date: '2026-01-15T12:00:00Z',
      }),
      failures: {
        'does not take the message': error(400, 'Bad Request', "Field 'message' is required"),
        'does not know the token': error(
          401,
          'Unauthorized',
          'you need to provide a valid access token or user credentials to access this api',
        ),
        'is not below this path': status(404, {}, '404 page not found'),
        'cannot store it': error(500, 'Internal Server Error', 'database is locked'),
        'is no Gotify': status(200, {}, 'It works!'),
      },
    }),
  failures: {
    'does not take the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'Gotify', status: 'HTTP 400', fields: [] },
      },
      receiverText: "Field 'message' is required",
    },
    'does not know the token': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.application_token',
        params: { status: 'HTTP 401', fields: ['gotify.token'] },
      },
      receiverText:
        'you need to provide a valid access token or user credentials to access this api',
    },
    'is not below this path': {
      kind: 'permanent',
      class: 'not_found',
      reason: {
        code: 'failure.not_found',
        params: { service: 'Gotify', status: 'HTTP 404', fields: ['gotify.server'] },
      },
    },
    'cannot store it': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 500' } },
    },
    'is no Gotify': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Gotify', status: 'HTTP 200', fields: ['gotify.server'] },
      },
    },
  },
  limit: {
    max: 16_000,
    unit: 'utf16',
    textOf: (received) => (JSON.parse(bodyOf(received)) as { message: string }).message,
  },
};
