import { heartbeat, heartbeatDetail, heartbeatInput, heartbeatUpdate } from '../heartbeat.ts';
import { byId } from '../primitives.ts';
import { collectionMethods } from './collection-methods.ts';
import { get, post, type MethodDefinition } from './definition.ts';

/** Dead-man's switches. */
export const HEARTBEAT_METHODS = {
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
  'heartbeats.get': {
    summary: 'One heartbeat with its timeline',
    input: byId,
    output: heartbeatDetail,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/heartbeats/:id'),
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
