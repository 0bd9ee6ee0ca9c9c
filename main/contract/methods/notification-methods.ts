import { z } from 'zod';
import {
  channel,
  channelDeletion,
  channelInput,
  channelPatch,
  channelPauseInput,
} from '../channel.ts';
import { templatePreview, templatePreviewInput } from '../channel-template.ts';
import {
  bulkJob,
  deadLetterFilter,
  deadLetterGroup,
  deadLetterHours,
  deadLetterHoursQuery,
  notificationDetail,
  notificationSelection,
  notificationStats,
  notificationsPage,
  notificationsQuery,
  requeuePreview,
  requeuePreviewInput,
  requeueSelection,
  retrySelection,
} from '../notification.ts';
import { channelActivities } from '../overview.ts';
import { byId, id } from '../primitives.ts';
import { holdReason } from '../reasons/hold-reasons.ts';
import { pauseInput, status } from '../system.ts';
import { del, done, get, items, patch, post } from './definition.ts';

/** The queue and its channels. */
export const NOTIFICATION_METHODS = {
  'notifications.list': get('read', '/api/v1/notifications', {
    summary: 'List notifications, newest first',
    input: notificationsQuery,
    output: notificationsPage,
  }),
  'notifications.stats': get('read', '/api/v1/notifications/stats', {
    summary: 'Count notifications by status',
    output: notificationStats,
  }),
  'notifications.get': get('read', '/api/v1/notifications/:id', {
    summary: 'Return one notification with every attempt',
    output: notificationDetail,
  }),
  'notifications.requeue': post('operate', '/api/v1/notifications/:id/requeue', {
    summary: 'Requeue a dead letter with new attempts',
    output: done('requeued'),
    errors: ['wrong_state'],
  }),
  'notifications.retry': post('operate', '/api/v1/notifications/:id/retry', {
    summary: 'Retry a pending or failed notification now, even if it is on hold',
    output: z.object({
      status: z.literal('retrying'),
      /** The reason, in words, why it still cannot be sent; absent if nothing holds it. `reason` is its data. */
      heldBy: z.string().optional(),
      reason: holdReason.optional(),
    }),
    errors: ['wrong_state'],
  }),
  'notifications.discard': post('operate', '/api/v1/notifications/:id/discard', {
    summary: 'Discard a pending, failed or dead notification',
    /** `onlyDead` refuses it unless it is a dead letter at that very moment. */
    input: byId.extend({ onlyDead: z.boolean().optional() }),
    output: done('discarded'),
    errors: ['wrong_state'],
  }),
  'notifications.read': post('operate', '/api/v1/notifications/:id/read', {
    summary: 'Mark a notification as read; its delivery continues',
    output: done('marked_as_read'),
  }),
  'notifications.requeueMany': post('operate', '/api/v1/notifications/requeue', {
    summary: 'Requeue many dead letters in the background, or send a summary of them',
    input: requeueSelection,
    output: bulkJob,
    errors: ['wrong_state'],
    status: 202,
  }),
  'notifications.previewRequeue': post('read', '/api/v1/notifications/requeue-preview', {
    summary: 'Preview what a requeue of many dead letters would send and skip',
    input: requeuePreviewInput,
    output: requeuePreview,
  }),
  'notifications.retryMany': post('operate', '/api/v1/notifications/retry', {
    summary: 'Retry many pending and failed notifications now, in the background',
    input: retrySelection,
    output: bulkJob,
    status: 202,
  }),
  'notifications.discardMany': post('operate', '/api/v1/notifications/discard', {
    summary: 'Discard many notifications in the background',
    input: notificationSelection,
    output: bulkJob,
    status: 202,
  }),
  'notifications.undoDiscard': post('operate', '/api/v1/notifications/:id/undo-discard', {
    summary: 'Undo a discard of the last 30 seconds: of one notification, or of one bulk job',
    output: bulkJob,
    errors: ['wrong_state'],
    status: 202,
  }),
  'bulk.list': get('read', '/api/v1/bulk-jobs', {
    summary: 'List bulk jobs, newest first',
    output: items(bulkJob),
  }),
  'bulk.get': get('read', '/api/v1/bulk-jobs/:id', {
    summary: 'Return one bulk job',
    output: bulkJob,
  }),
  'bulk.cancel': post('operate', '/api/v1/bulk-jobs/:id/cancel', {
    summary: 'Stop a bulk job after its current batch; what it has done is kept',
    output: bulkJob,
    errors: ['wrong_state'],
  }),
  'deadLetters.groups': get('read', '/api/v1/dead-letters/groups', {
    summary: 'List groups of dead letters by channel and cause, largest first',
    input: deadLetterFilter,
    output: z.object({ groups: z.array(deadLetterGroup) }),
  }),
  'deadLetters.hours': get('read', '/api/v1/dead-letters/hours', {
    summary: 'Count dead letters by the hour in which they died',
    input: deadLetterHoursQuery,
    output: deadLetterHours,
  }),
  'channels.list': get('read', '/api/v1/channels', {
    summary: 'List channels by name',
    output: items(channel),
  }),
  'channels.activity': get('read', '/api/v1/channels/activity', {
    summary: 'Return the last 24 hours of all channels: deliveries, failures, latency',
    output: channelActivities,
  }),
  'channels.get': get('read', '/api/v1/channels/:id', {
    summary: 'Return one channel, without its secrets',
    output: channel,
  }),
  'channels.create': post('admin', '/api/v1/channels', {
    summary: 'Add a channel',
    input: channelInput,
    output: channel,
    errors: ['name_taken'],
    status: 201,
  }),
  'channels.update': patch('admin', '/api/v1/channels/:id', {
    summary: 'Update a channel; fields that are left out keep their values, secrets included',
    input: channelPatch,
    output: channel,
    errors: ['name_taken'],
  }),
  'channels.delete': del('admin', '/api/v1/channels/:id', {
    summary:
      'Delete a channel and cancel what is queued for it. 409 names the routes and channels that use it, unless `detach` removes it from them',
    input: channelDeletion,
    output: z.object({ status: z.literal('deleted'), cancelled: z.int() }),
    errors: ['wrong_state'],
  }),
  'channels.previewTemplate': post('admin', '/api/v1/channels/preview-template', {
    summary: 'Preview the title and body that templates make of an alert',
    input: templatePreviewInput,
    output: templatePreview,
    errors: ['not_found'],
  }),
  'channels.pause': post('operate', '/api/v1/channels/:id/pause', {
    summary:
      'Pause a channel until it is resumed, for `durationMs`, or until a given time; notifications are queued',
    input: channelPauseInput,
    output: channel,
  }),
  'channels.resume': post('operate', '/api/v1/channels/:id/resume', {
    summary: 'Resume a channel; its queued notifications are sent',
    output: channel,
    errors: ['wrong_state'],
  }),
  'channels.test': post('operate', '/api/v1/channels/:id/test', {
    summary: 'Send a test notification through the real queue',
    output: z.object({ notificationId: id }),
    errors: ['wrong_state'],
  }),
  'deliveries.pause': post('operate', '/api/v1/deliveries/pause', {
    summary: 'Pause all deliveries for a while; notifications are queued',
    input: pauseInput,
    output: status,
  }),
  'deliveries.resume': post('operate', '/api/v1/deliveries/resume', {
    summary: 'End a pause now',
    output: status,
  }),
};
