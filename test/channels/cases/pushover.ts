import { createPushover } from '../../../main/channels/pushover.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const TOKEN = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi';
const USER = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';
const REQUEST = '647d2300-702c-4b38-8b2f-d56326ae460b';

/** The count begins again two hours from now. */
const RESET = { 'x-limit-app-remaining': '0', 'x-limit-app-reset': '1768485600' };

const refused = (over: object) => json(400, { status: 0, request: REQUEST, ...over });

export const pushoverCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createPushover,
      config: () => ({
        token: TOKEN,
        user: USER,
        device: 'phone',
        emergency: true,
        retrySeconds: 60,
        expireSeconds: 3_600,
      }),
      secrets: [TOKEN, USER],
      success: json(200, { status: 1, request: REQUEST }),
      failures: {
        'does not know the application': refused({
          token: 'invalid',
          errors: ['application token is invalid'],
        }),
        'does not know the user': refused({
          user: 'invalid',
          errors: ['user identifier is invalid'],
        }),
        'does not know the device': refused({
          device: 'invalid for this user',
          errors: ['device name is not valid for user'],
        }),
        'has no messages left this month': json(
          429,
          { status: 0, errors: ['limit reached'] },
          RESET,
        ),
        'has its own failure': status(500),
        'is replaced by a proxy that answers everything': status(200, {}, 'Please sign in'),
      },
    }),
  failures: {
    'does not know the application': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'Pushover', status: 'HTTP 400', fields: ['pushover.token'] },
      },
      receiverText: 'application token is invalid',
    },
    'does not know the user': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'Pushover', status: 'HTTP 400', fields: ['pushover.user'] },
      },
      receiverText: 'user identifier is invalid',
    },
    'does not know the device': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'Pushover', status: 'HTTP 400', fields: ['pushover.device'] },
      },
      receiverText: 'device name is not valid for user',
    },
    'has no messages left this month': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 7_200_000,
      reason: {
        code: 'failure.monthly_quota',
        params: { service: 'Pushover', status: 'HTTP 429' },
      },
      receiverText: 'limit reached',
    },
    'has its own failure': {
      kind: 'transient',
      class: 'server_error',
      waitAtLeastMs: 5_000,
      reason: { code: 'failure.unavailable', params: { service: 'Pushover', status: 'HTTP 500' } },
    },
    'is replaced by a proxy that answers everything': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.intercepted', params: { service: 'Pushover', status: 'HTTP 200' } },
    },
  },
  limit: {
    max: 1_024,
    unit: 'codepoints',
    textOf: (received) => new URLSearchParams(bodyOf(received)).get('message') ?? '',
  },
};
