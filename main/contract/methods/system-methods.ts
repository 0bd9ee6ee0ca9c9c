import { z } from 'zod';
import { byId, nothing } from '../primitives.ts';
import {
  auditEntry,
  auditQuery,
  metricsSnapshot,
  session,
  signInLink,
  status,
  token,
  tokenCreated,
  tokenInput,
} from '../system.ts';
import { settings, settingsPatch } from '../settings.ts';
import { outboundHeartbeatStatus } from '../outbound-heartbeat.ts';
import { del, get, patch, post, type MethodDefinition } from './definition.ts';

/** Tokens, settings, status, the window's session. */
export const SYSTEM_METHODS = {
  'tokens.list': {
    summary: 'All tokens, without their secrets',
    input: nothing,
    output: z.object({ items: z.array(token) }),
    errors: [],
    scope: 'admin',
    http: get('/api/v1/tokens'),
  },
  'tokens.create': {
    summary: 'Make a token; its secret is in this answer and nowhere else',
    input: tokenInput,
    output: tokenCreated,
    errors: ['invalid_input', 'name_taken', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/tokens', 201),
  },
  'tokens.delete': {
    summary: 'Revoke a token, from now on',
    input: byId,
    output: z.object({ status: z.literal('deleted') }),
    errors: ['invalid_input', 'not_found', 'unavailable'],
    scope: 'admin',
    http: del('/api/v1/tokens/:id'),
  },
  'sessions.list': {
    summary: 'Windows that are signed in, the last seen first',
    input: nothing,
    output: z.object({ items: z.array(session) }),
    errors: [],
    scope: 'admin',
    http: get('/api/v1/sessions'),
  },
  'sessions.end': {
    summary: 'End a session at once',
    input: byId,
    output: z.object({ status: z.literal('ended') }),
    errors: ['invalid_input', 'not_found', 'unavailable'],
    scope: 'admin',
    http: del('/api/v1/sessions/:id'),
  },
  'sessions.endOthers': {
    summary: 'End every session but the one that asks',
    input: nothing,
    output: z.object({ ended: z.int() }),
    errors: ['unavailable'],
    scope: 'admin',
    http: del('/api/v1/sessions'),
  },
  'settings.get': {
    summary: 'All settings',
    input: nothing,
    output: settings,
    errors: [],
    scope: 'read',
    http: get('/api/v1/settings'),
  },
  'settings.update': {
    summary: 'Change settings; what is left out stays',
    input: settingsPatch,
    output: settings,
    errors: ['invalid_input', 'unavailable'],
    scope: 'admin',
    http: patch('/api/v1/settings'),
  },
  'outboundHeartbeat.test': {
    summary: 'Send the outbound heartbeat now, unless it is withheld',
    input: nothing,
    output: outboundHeartbeatStatus,
    errors: ['wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/outbound-heartbeat/test'),
  },
  'system.status': {
    summary: 'Counts and facts for badge, tray and banners',
    input: nothing,
    output: status,
    errors: [],
    scope: 'read',
    http: get('/api/v1/status'),
  },
  'session.link': {
    summary: 'Make a sign-in link for the window: single use, ten minutes',
    input: nothing,
    output: signInLink,
    errors: ['unavailable'],
    scope: 'admin',
    http: post('/api/v1/session/link'),
  },
  'audit.list': {
    summary: 'What operators did, newest first',
    input: auditQuery,
    output: z.object({ items: z.array(auditEntry), nextCursor: z.string().nullable() }),
    errors: ['invalid_input'],
    scope: 'admin',
    http: get('/api/v1/audit'),
  },
  'metrics.get': {
    summary: 'Metrics as JSON',
    input: nothing,
    output: metricsSnapshot,
    errors: [],
    scope: 'read',
    http: get('/api/v1/metrics'),
  },
} as const satisfies Record<string, MethodDefinition>;
