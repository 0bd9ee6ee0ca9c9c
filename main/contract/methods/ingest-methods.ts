import { z } from 'zod';
import {
  mailPreview,
  mailPreviewInput,
  mailRule,
  mailRuleFields,
  mailRuleUpdate,
  receivedMail,
} from '../mail-rule.ts';
import {
  mappedSample,
  mappedWebhook,
  mappedWebhookUpdate,
  preview,
  previewInput,
} from '../mapped-webhook.ts';
import { mappedWebhookCreate } from '../mapping-presets.ts';
import {
  rejectedInput,
  rejectedInputDetail,
  rejectedInputQuery,
  replayOutcome,
} from '../rejected-input.ts';
import {
  heartbeat,
  heartbeatDetail,
  heartbeatHistories,
  heartbeatInput,
  heartbeatUpdate,
} from '../heartbeat.ts';
import { collectionMethods, del, done, get, post } from './definition.ts';

/** Mapped webhooks, rules for mail, heartbeats, and input that could not be read. */
export const INGEST_METHODS = {
  'rejected.list': get('read', '/api/v1/rejected-input', {
    summary: 'List rejected input, newest first',
    input: rejectedInputQuery,
    output: z.object({
      items: z.array(rejectedInput),
      nextCursor: z.string().nullable(),
      total: z.int(),
    }),
  }),
  'rejected.get': get('read', '/api/v1/rejected-input/:id', {
    summary: 'Return one rejected input with what is stored of its body',
    output: rejectedInputDetail,
  }),
  'rejected.replay': post('operate', '/api/v1/rejected-input/:id/replay', {
    summary: 'Replay rejected input after its cause was fixed',
    output: replayOutcome,
    errors: ['wrong_state'],
  }),
  'rejected.delete': del('operate', '/api/v1/rejected-input/:id', {
    summary: 'Delete one rejected input',
    output: done('deleted'),
  }),
  'rejected.clear': post('operate', '/api/v1/rejected-input/clear', {
    summary: 'Delete all rejected input',
    output: z.object({ deleted: z.int() }),
  }),
  ...collectionMethods({
    group: 'mappedWebhooks',
    path: '/api/v1/mapped-webhooks',
    scope: 'admin',
    shown: mappedWebhook,
    create: mappedWebhookCreate,
    update: mappedWebhookUpdate,
    summaries: {
      list: 'List mapped webhooks by name',
      create: 'Create a mapped webhook, which accepts JSON of any shape, by a mapping or a preset',
      update: 'Replace a mapped webhook',
      delete: 'Delete a mapped webhook; requests to its address are refused from then on',
    },
  }),
  'mappedWebhooks.sample': get('admin', '/api/v1/mapped-webhooks/:id/sample', {
    summary: 'Return the last body received',
    output: mappedSample,
  }),
  'mappedWebhooks.preview': post('admin', '/api/v1/mapped-webhooks/preview', {
    summary: 'Preview the events that a mapping makes of a body',
    input: previewInput,
    output: preview,
  }),
  ...collectionMethods({
    group: 'mailRules',
    path: '/api/v1/mail-rules',
    scope: 'admin',
    shown: mailRule,
    create: mailRuleFields,
    update: mailRuleUpdate,
    summaries: {
      list: 'List mail rules by name, which is the order in which they are tried',
      create: 'Create a mail rule, which makes alerts of the mails that it matches',
      update: 'Replace a mail rule',
      delete: 'Delete a mail rule',
    },
  }),
  'mailRules.received': get('admin', '/api/v1/mail-rules/received', {
    summary: 'List the last mails received, newest first',
    output: z.object({ items: z.array(receivedMail) }),
  }),
  'mailRules.preview': post('admin', '/api/v1/mail-rules/preview', {
    summary: 'Preview the alert or the message that a rule makes of a mail',
    input: mailPreviewInput,
    output: mailPreview,
  }),
  ...collectionMethods({
    group: 'heartbeats',
    path: '/api/v1/heartbeats',
    scope: 'operate',
    shown: heartbeat,
    create: heartbeatInput,
    update: heartbeatUpdate,
    summaries: {
      list: 'List heartbeats by name',
      create: 'Create a heartbeat',
      update: 'Replace a heartbeat; its ping addresses are kept',
      delete: 'Delete a heartbeat; its alert resolves',
    },
  }),
  'heartbeats.history': get('read', '/api/v1/heartbeats/history', {
    summary: 'Return the last 90 days of all heartbeats: uptime, failures, and why one is down',
    output: heartbeatHistories,
  }),
  'heartbeats.get': get('read', '/api/v1/heartbeats/:id', {
    summary: 'Return one heartbeat with its timeline and its last 90 days',
    output: heartbeatDetail,
  }),
  'heartbeats.pause': post('operate', '/api/v1/heartbeats/:id/pause', {
    summary: 'Pause a heartbeat until it is resumed or pings again',
    output: heartbeat,
    errors: ['wrong_state'],
  }),
  'heartbeats.resume': post('operate', '/api/v1/heartbeats/:id/resume', {
    summary: 'Resume a heartbeat; it waits for its first ping again',
    output: heartbeat,
    errors: ['wrong_state'],
  }),
};
