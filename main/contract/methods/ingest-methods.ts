import { z } from 'zod';
import {
  mappedSample,
  mappedWebhook,
  mappedWebhookInput,
  mappedWebhookUpdate,
  preview,
  previewInput,
} from '../mapped-webhook.ts';
import {
  rejectedInput,
  rejectedInputDetail,
  rejectedInputQuery,
  replayOutcome,
} from '../rejected-input.ts';
import { heartbeat, heartbeatDetail, heartbeatInput, heartbeatUpdate } from '../heartbeat.ts';
import { collectionMethods, del, done, get, post } from './definition.ts';

/** Mapped webhooks, heartbeats, and input that could not be read. */
export const INGEST_METHODS = {
  'rejected.list': get('read', '/api/v1/rejected-input', {
    summary: 'Input that could not be read, newest first',
    input: rejectedInputQuery,
    output: z.object({
      items: z.array(rejectedInput),
      nextCursor: z.string().nullable(),
      total: z.int(),
    }),
  }),
  'rejected.get': get('read', '/api/v1/rejected-input/:id', {
    summary: 'One of it, with what was kept of its body',
    output: rejectedInputDetail,
  }),
  'rejected.replay': post('operate', '/api/v1/rejected-input/:id/replay', {
    summary: 'Read the input again after its cause was fixed',
    output: replayOutcome,
    errors: ['wrong_state'],
  }),
  'rejected.delete': del('operate', '/api/v1/rejected-input/:id', {
    summary: 'Forget it',
    output: done('deleted'),
  }),
  'rejected.clear': post('operate', '/api/v1/rejected-input/clear', {
    summary: 'Forget all of it',
    output: z.object({ deleted: z.int() }),
  }),
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
  'mappedWebhooks.sample': get('admin', '/api/v1/mapped-webhooks/:id/sample', {
    summary: 'The last body that came in for it',
    output: mappedSample,
  }),
  'mappedWebhooks.preview': post('admin', '/api/v1/mapped-webhooks/preview', {
    summary: 'What a mapping, saved or not, makes of a body',
    input: previewInput,
    output: preview,
  }),
  ...collectionMethods({
    group: 'heartbeats',
    path: '/api/v1/heartbeats',
    scope: 'operate',
    shown: heartbeat,
    create: heartbeatInput,
    update: heartbeatUpdate,
    summaries: {
      list: 'All heartbeats, by name',
      create: 'Expect regular signs of life',
      update: 'Replace a heartbeat; its ping addresses stay',
      delete: 'Delete a heartbeat; its alert resolves',
    },
  }),
  'heartbeats.get': get('read', '/api/v1/heartbeats/:id', {
    summary: 'One heartbeat with its timeline',
    output: heartbeatDetail,
  }),
  'heartbeats.pause': post('operate', '/api/v1/heartbeats/:id/pause', {
    summary: 'Expect nothing until it is resumed or pings again',
    output: heartbeat,
    errors: ['wrong_state'],
  }),
  'heartbeats.resume': post('operate', '/api/v1/heartbeats/:id/resume', {
    summary: 'Expect it again, as if it were new',
    output: heartbeat,
    errors: ['wrong_state'],
  }),
};
