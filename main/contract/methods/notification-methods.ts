import { z } from 'zod';
import { channel, channelInput, channelPatch } from '../channel.ts';
import {
  notificationDetail,
  notificationStats,
  notificationsPage,
  notificationsQuery,
} from '../notification.ts';
import { byId, id, nothing } from '../primitives.ts';
import { pauseInput, status } from '../system.ts';
import { del, get, patch, post, type MethodDefinition } from './definition.ts';

/** The queue and its channels. */
export const NOTIFICATION_METHODS = {
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
} as const satisfies Record<string, MethodDefinition>;
