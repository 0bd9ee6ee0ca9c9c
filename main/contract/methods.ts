import { z } from 'zod';
import { alert, alertEvent, alertsPage, alertsQuery, eventsInput, eventsOutput } from './alert.ts';
import { channel, channelInput, channelPatch } from './channel.ts';
import type { ErrorCode } from './errors.ts';
import {
  notification,
  notificationDetail,
  notificationStats,
  notificationsPage,
  notificationsQuery,
} from './notification.ts';
import { byId, id, nothing } from './primitives.ts';
import {
  pauseInput,
  settings,
  settingsPatch,
  signInLink,
  status,
  token,
  tokenCreated,
  tokenInput,
  type TokenScope,
} from './system.ts';

export interface MethodDefinition {
  readonly summary: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly errors: readonly ErrorCode[];
  readonly scope: TokenScope;
  /** `status` is the answer's on success. `:name` parts of the path and, for GET and DELETE, the query are input fields. */
  readonly http: {
    readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: `/api/v1/${string}`;
    readonly status: 200 | 201;
  };
}

const get = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'GET', path, status: 200 }) as const;
const post = (path: MethodDefinition['http']['path'], code: 200 | 201 = 200) =>
  ({ verb: 'POST', path, status: code }) as const;
const patch = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'PATCH', path, status: 200 }) as const;
const del = (path: MethodDefinition['http']['path']) =>
  ({ verb: 'DELETE', path, status: 200 }) as const;

/**
 * Every API method, declared once. HTTP routes, IPC, the preload's allow-list, OpenAPI and the typed
 * client all derive from this table; a second list kept by hand would be a defect.
 */
export const METHODS = {
  'events.ingest': {
    summary: 'Report one event or an array of events; answered once they are durable',
    input: eventsInput,
    output: eventsOutput,
    errors: ['invalid_input', 'payload_too_large', 'unavailable'],
    scope: 'ingest',
    http: post('/api/v1/events'),
  },
  'alerts.list': {
    summary: 'Alerts, newest first',
    input: alertsQuery,
    output: alertsPage,
    errors: ['invalid_input'],
    scope: 'read',
    http: get('/api/v1/alerts'),
  },
  'alerts.get': {
    summary: 'One alert with its timeline and the notifications owed for it',
    input: byId,
    output: alert.extend({
      timeline: z.array(alertEvent),
      notifications: z.array(notification),
    }),
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/alerts/:id'),
  },
  'alerts.acknowledge': {
    summary: 'Acknowledge an open alert',
    input: byId,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/acknowledge'),
  },
  'alerts.resolve': {
    summary: 'Resolve an open or acknowledged alert by hand',
    input: byId,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/resolve'),
  },
  'notifications.list': {
    summary: 'Notifications, newest first',
    input: notificationsQuery,
    output: notificationsPage,
    errors: ['invalid_input'],
    scope: 'read',
    http: get('/api/v1/notifications'),
  },
  'notifications.stats': {
    summary: 'How many notifications stand in each status',
    input: nothing,
    output: notificationStats,
    errors: [],
    scope: 'read',
    http: get('/api/v1/notifications/stats'),
  },
  'notifications.get': {
    summary: 'One notification with every attempt',
    input: byId,
    output: notificationDetail,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/notifications/:id'),
  },
  'notifications.requeue': {
    summary: 'Put a dead letter back as pending with a fresh budget',
    input: byId,
    output: z.object({ status: z.literal('requeued') }),
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/notifications/:id/requeue'),
  },
  'notifications.discard': {
    summary: 'Give up a pending, failed or dead notification',
    input: byId,
    output: z.object({ status: z.literal('discarded') }),
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/notifications/:id/discard'),
  },
  'channels.list': {
    summary: 'All channels, by name',
    input: nothing,
    output: z.object({ items: z.array(channel) }),
    errors: [],
    scope: 'read',
    http: get('/api/v1/channels'),
  },
  'channels.get': {
    summary: 'One channel, without its secrets',
    input: byId,
    output: channel,
    errors: ['invalid_input', 'not_found'],
    scope: 'read',
    http: get('/api/v1/channels/:id'),
  },
  'channels.create': {
    summary: 'Add a channel',
    input: channelInput,
    output: channel,
    errors: ['invalid_input', 'name_taken', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/channels', 201),
  },
  'channels.update': {
    summary: 'Change a channel; what is left out stays, secrets included',
    input: channelPatch,
    output: channel,
    errors: ['invalid_input', 'not_found', 'name_taken', 'unavailable'],
    scope: 'admin',
    http: patch('/api/v1/channels/:id'),
  },
  'channels.delete': {
    summary: 'Delete a channel; what it still owes is cancelled',
    input: byId,
    output: z.object({ status: z.literal('deleted'), cancelled: z.int() }),
    errors: ['invalid_input', 'not_found', 'unavailable'],
    scope: 'admin',
    http: del('/api/v1/channels/:id'),
  },
  'channels.test': {
    summary: 'Send a test notification through the real queue',
    input: byId,
    output: z.object({ notificationId: id }),
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/channels/:id/test'),
  },
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
  'system.status': {
    summary: 'Counts and facts for badge, tray and banners',
    input: nothing,
    output: status,
    errors: [],
    scope: 'read',
    http: get('/api/v1/status'),
  },
  'deliveries.pause': {
    summary: 'Hold every delivery for a while; nothing is lost, it waits',
    input: pauseInput,
    output: status,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/deliveries/pause'),
  },
  'deliveries.resume': {
    summary: 'End a pause now',
    input: nothing,
    output: status,
    errors: ['unavailable'],
    scope: 'operate',
    http: post('/api/v1/deliveries/resume'),
  },
  'session.link': {
    summary: 'Make a sign-in link for the window: single use, ten minutes',
    input: nothing,
    output: signInLink,
    errors: ['unavailable'],
    scope: 'admin',
    http: post('/api/v1/session/link'),
  },
} as const satisfies Record<string, MethodDefinition>;

export type MethodName = keyof typeof METHODS;
/** What a caller passes: defaults may be left out. */
export type Input<K extends MethodName> = z.input<(typeof METHODS)[K]['input']>;
/** What a handler receives: validated, defaults filled in. */
export type ParsedInput<K extends MethodName> = z.output<(typeof METHODS)[K]['input']>;
export type Output<K extends MethodName> = z.output<(typeof METHODS)[K]['output']>;

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** Narrows an untrusted word to a method's name; own keys only, so `constructor` is none. */
export const isMethodName = (word: unknown): word is MethodName =>
  typeof word === 'string' && Object.hasOwn(METHODS, word);
