import {
  routeInput,
  routeOrder,
  routePreview,
  routePreviewInput,
  routeUpdate,
  shownRoute,
} from '../route.ts';
import { muteCalendar, muteCalendarQuery } from '../mute-calendar.ts';
import { silence, silenceInput, silencePatch } from '../suppression.ts';
import { collectionMethods, del, get, items, patch, post } from './definition.ts';

/** The methods of routes and mutes. */
export const ROUTING_METHODS = {
  ...collectionMethods({
    group: 'routes',
    path: '/api/v1/routes',
    scope: 'admin',
    shown: shownRoute,
    create: routeInput,
    update: routeUpdate,
    summaries: {
      list: 'List the routes in the order in which they are evaluated',
      create: 'Add a route below the others',
      update: 'Replace a route; its position is kept',
      delete: 'Delete a route; notifications that it held are sent or follow the other rules',
    },
  }),
  'routes.order': post('admin', '/api/v1/routes/order', {
    summary: 'Reorder the routes',
    input: routeOrder,
    output: items(shownRoute),
  }),
  'routes.preview': post('read', '/api/v1/routes/preview', {
    summary: 'Preview which channels an alert would notify',
    input: routePreviewInput,
    output: routePreview,
  }),
  'muting.calendar': get('read', '/api/v1/muting/calendar', {
    summary:
      'List when quiet hours, maintenance windows and silences mute in a time of at most 35 days',
    input: muteCalendarQuery,
    output: muteCalendar,
  }),
  'silences.list': get('read', '/api/v1/silences', {
    summary: 'List silences: active, pending, then expired',
    output: items(silence),
  }),
  'silences.get': get('read', '/api/v1/silences/:id', {
    summary: 'Return one silence',
    output: silence,
  }),
  'silences.create': post('operate', '/api/v1/silences', {
    summary: 'Create a silence with matchers and an end',
    input: silenceInput,
    output: silence,
    status: 201,
  }),
  'silences.update': patch('operate', '/api/v1/silences/:id', {
    summary: 'Update a silence that has not expired; fields that are left out keep their values',
    input: silencePatch,
    output: silence,
    errors: ['wrong_state'],
  }),
  'silences.expire': del('operate', '/api/v1/silences/:id', {
    summary: 'End a silence now; it stays listed as expired',
    output: silence,
    errors: ['wrong_state'],
  }),
};
