import { z } from 'zod';
import { byId, nothing } from '../primitives.ts';
import { collectionMethods } from './collection-methods.ts';
import {
  routeInput,
  routeOrder,
  routePreview,
  routePreviewInput,
  routeUpdate,
  shownRoute,
} from '../route.ts';
import { silence, silenceInput, silencePatch } from '../suppression.ts';
import { del, get, patch, post, type MethodDefinition } from './definition.ts';

/** Who is told, and what keeps them from being told. */
export const ROUTING_METHODS = {
  ...collectionMethods({
    group: 'routes',
    path: '/api/v1/routes',
    scope: 'admin',
    shown: shownRoute,
    create: routeInput,
    update: routeUpdate,
    summaries: {
      list: 'All routes, in the order in which they are asked',
      create: 'Add a route below the others',
      update: 'Replace a route, in its place',
      delete: 'Delete a route; notifications that it held are sent or follow the other rules',
    },
  }),
  'routes.order': {
    summary: 'Put all routes into this order',
    input: routeOrder,
    output: z.object({ items: z.array(shownRoute) }),
    errors: ['invalid_input', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/routes/order'),
  },
  'routes.preview': {
    summary: 'Which channels such an alert would notify',
    input: routePreviewInput,
    output: routePreview,
    errors: ['invalid_input'],
    scope: 'read',
    http: post('/api/v1/routes/preview'),
  },
  'silences.list': {
    summary: 'All silences: active, pending, then expired',
    input: nothing,
    output: z.object({ items: z.array(silence) }),
    errors: [],
    scope: 'read',
    http: get('/api/v1/silences'),
  },
  'silences.get': {
    summary: 'One silence',
    input: byId,
    output: silence,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/silences/:id'),
  },
  'silences.create': {
    summary: 'Silence what matches, until an end',
    input: silenceInput,
    output: silence,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/silences', 201),
  },
  'silences.update': {
    summary: 'Change a silence that has not expired; what is left out stays',
    input: silencePatch,
    output: silence,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: patch('/api/v1/silences/:id'),
  },
  'silences.expire': {
    summary: 'End a silence now; it stays listed as expired',
    input: byId,
    output: silence,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: del('/api/v1/silences/:id'),
  },
} as const satisfies Record<string, MethodDefinition>;
