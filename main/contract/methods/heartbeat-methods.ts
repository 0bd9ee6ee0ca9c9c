import { z } from 'zod';
import { heartbeat, heartbeatDetail, heartbeatInput, heartbeatUpdate } from '../heartbeat.ts';
import { byId, nothing } from '../primitives.ts';
import { del, get, post, put, type MethodDefinition } from './definition.ts';

/** Dead-man's switches. */
export const HEARTBEAT_METHODS = {
  'heartbeats.list': {
    summary: 'All heartbeats, by name',
    input: nothing,
    output: z.object({ items: z.array(heartbeat) }),
    errors: [],
    scope: 'read',
    http: get('/api/v1/heartbeats'),
  },
  'heartbeats.get': {
    summary: 'One heartbeat with its timeline',
    input: byId,
    output: heartbeatDetail,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/heartbeats/:id'),
  },
  'heartbeats.create': {
    summary: 'Expect regular signs of life',
    input: heartbeatInput,
    output: heartbeat,
    errors: ['invalid_input', 'name_taken', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/heartbeats', 201),
  },
  'heartbeats.update': {
    summary: 'Replace a heartbeat; its ping addresses stay',
    input: heartbeatUpdate,
    output: heartbeat,
    errors: ['invalid_input', 'not_found', 'name_taken', 'unavailable'],
    scope: 'operate',
    http: put('/api/v1/heartbeats/:id'),
  },
  'heartbeats.delete': {
    summary: 'Delete a heartbeat; its alert resolves',
    input: byId,
    output: z.object({ status: z.literal('deleted') }),
    errors: ['invalid_input', 'not_found', 'unavailable'],
    scope: 'operate',
    http: del('/api/v1/heartbeats/:id'),
  },
  'heartbeats.pause': {
    summary: 'Expect nothing until it is resumed or pings again',
    input: byId,
    output: heartbeat,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/heartbeats/:id/pause'),
  },
  'heartbeats.resume': {
    summary: 'Expect it again, as if it were new',
    input: byId,
    output: heartbeat,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/heartbeats/:id/resume'),
  },
} as const satisfies Record<string, MethodDefinition>;
