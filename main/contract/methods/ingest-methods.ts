import { z } from 'zod';
import {
  mappedSample,
  mappedWebhook,
  mappedWebhookInput,
  mappedWebhookUpdate,
  preview,
  previewInput,
} from '../mapped-webhook.ts';
import { byId, nothing } from '../primitives.ts';
import { collectionMethods } from './collection-methods.ts';
import {
  rejectedInput,
  rejectedInputDetail,
  rejectedInputQuery,
  replayOutcome,
} from '../rejected-input.ts';
import { del, get, post, type MethodDefinition } from './definition.ts';

/** What comes in with a shape of its own, and what came in and could not be read. */
export const INGEST_METHODS = {
  'rejected.list': {
    summary: 'Input that could not be read, newest first',
    input: rejectedInputQuery,
    output: z.object({
      items: z.array(rejectedInput),
      nextCursor: z.string().nullable(),
      total: z.int(),
    }),
    errors: ['invalid_input'],
    scope: 'read',
    http: get('/api/v1/rejected-input'),
  },
  'rejected.get': {
    summary: 'One of it, with what was kept of its body',
    input: byId,
    output: rejectedInputDetail,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/rejected-input/:id'),
  },
  'rejected.replay': {
    summary: 'Read the input again after its cause was fixed',
    input: byId,
    output: replayOutcome,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/rejected-input/:id/replay'),
  },
  'rejected.delete': {
    summary: 'Forget it',
    input: byId,
    output: z.object({ status: z.literal('deleted') }),
    errors: ['invalid_input', 'not_found', 'unavailable'],
    scope: 'operate',
    http: del('/api/v1/rejected-input/:id'),
  },
  'rejected.clear': {
    summary: 'Forget all of it',
    input: nothing,
    output: z.object({ deleted: z.int() }),
    errors: ['unavailable'],
    scope: 'operate',
    http: post('/api/v1/rejected-input/clear'),
  },
  ...collectionMethods({
    group: 'mappedWebhooks',
    path: '/api/v1/mapped-webhooks',
    scope: 'admin',
    shown: mappedWebhook,
    create: mappedWebhookInput,
    update: mappedWebhookUpdate,
    summaries: {
      list: 'All mapped webhooks, by name',
      create: 'Give JSON of any shape an address and a meaning',
      update: 'Replace a mapped webhook',
      delete: 'Delete a mapped webhook; its address is then unknown',
    },
  }),
  'mappedWebhooks.sample': {
    summary: 'The last body that came in for it',
    input: byId,
    output: mappedSample,
    errors: ['invalid_input', 'not_found'],
    scope: 'admin',
    http: get('/api/v1/mapped-webhooks/:id/sample'),
  },
  'mappedWebhooks.preview': {
    summary: 'What a mapping, saved or not, makes of a body',
    input: previewInput,
    output: preview,
    errors: ['invalid_input'],
    scope: 'admin',
    http: post('/api/v1/mapped-webhooks/preview'),
  },
} as const satisfies Record<string, MethodDefinition>;
