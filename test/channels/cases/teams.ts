import { createTeams } from '../../../main/channels/teams.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const SIGNATURE = 'S1gnatureS1gnatureS1gnature';
const WORKFLOW = '0123456789abcdef0123456789abcdef';

const refusal = (code: number, name: string, message: string) =>
  json(code, { error: { code: name, message } });

/** As workflows answer, and as the connectors before them did. */
export const teamsCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createTeams,
      config: (url) => ({
        url: `${url}/workflows/${WORKFLOW}/triggers/manual/paths/invoke?api-version=2016-06-01&sig=${SIGNATURE}`,
      }),
      secrets: [SIGNATURE, WORKFLOW],
      success: status(202),
      failures: {
        'is somebody else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has had too many': status(429, { 'retry-after': '10' }),
        'is down': refusal(502, 'NoResponse', 'The server did not receive a response.'),
        'has lost the workflow': refusal(
          400,
          'WorkflowTriggerIsNotEnabled',
          "Could not execute workflow trigger 'manual' with state 'Deleted'.",
        ),
        'refuses the signature': refusal(
          401,
          'DirectApiAuthorizationRequired',
          'Signature missing.',
        ),
        'expects another message': refusal(
          400,
          'TriggerInputSchemaMismatch',
          'The input body for trigger is not of the expected schema.',
        ),
        'does not like the message': refusal(400, 'InvalidRequestContent', 'Not JSON.'),
        'hides that it has had too many': status(
          200,
          {},
          'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
        ),
        'hides that the message is too large': status(
          200,
          {},
          'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x',
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
        params: { service: 'Microsoft Teams', status: 'HTTP 200', fields: ['teams.url'] },
      },
    },
    'has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 10_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 502' } },
    },
    'has lost the workflow': {
      kind: 'permanent',
      class: 'gone',
      reason: { code: 'failure.workflow_off', params: { fields: ['teams.url'] } },
      receiverText: "Could not execute workflow trigger '[redacted]' with state 'Deleted'.",
    },
    'refuses the signature': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.workflow_refused', params: { fields: ['teams.url'] } },
      receiverText: 'Signature missing.',
    },
    'expects another message': {
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.workflow_mismatch', params: { fields: ['teams.url'] } },
      receiverText: 'The input body for trigger is not of the expected schema.',
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 400', fields: [] },
      },
      receiverText: 'Not JSON.',
    },
    'hides that it has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'hides that the message is too large': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.too_large',
        params: { service: 'receiver', status: 'HTTP 413', fields: [] },
      },
    },
  },
  // 28 kB, counted as UTF-16.
  limit: { max: 14_000, unit: 'utf16', textOf: bodyOf },
};
