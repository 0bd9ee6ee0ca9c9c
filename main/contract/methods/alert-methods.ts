import { z } from 'zod';
import {
  alert,
  alertGroups,
  alertGroupsQuery,
  alertSelection,
  alertsPage,
  alertsQuery,
  bulkOutcome,
  eventsInput,
  eventsOutput,
  flappingCondition,
  flappingEvidence,
  flappingQuery,
  labelsQuery,
  snoozeInput,
} from '../alert.ts';
import { flapPreview, flapPreviewInput } from '../flap-preview.ts';
import { alertEvent, explanation } from '../timeline.ts';
import { jobsInput } from '../job.ts';
import { notification } from '../notification.ts';
import { alertPicture } from '../alert-picture.ts';
import { savedView, savedViewInput, savedViewUpdate } from '../saved-view.ts';
import { collectionMethods, get, items, post } from './definition.ts';

/** Events in, and what may be asked of alerts. */
export const ALERT_METHODS = {
  'events.ingest': post('ingest', '/api/v1/events', {
    summary: 'Report one event or an array of events; answered once they are durable',
    input: eventsInput,
    output: eventsOutput,
    errors: ['payload_too_large'],
  }),
  'jobs.ingest': post('ingest', '/api/v1/jobs', {
    summary: 'Report the result of a backup, forget, prune or check; answered once it is durable',
    input: jobsInput,
    output: eventsOutput,
    errors: ['payload_too_large'],
  }),
  'alerts.list': get('read', '/api/v1/alerts', {
    summary: 'List alerts, the latest first or the most severe first',
    input: alertsQuery,
    output: alertsPage,
  }),
  'alerts.groups': get('read', '/api/v1/alerts/groups', {
    summary: 'Count alerts by host, kind, severity, source or a label; at most 200 groups',
    input: alertGroupsQuery,
    output: alertGroups,
  }),
  'alerts.get': get('read', '/api/v1/alerts/:id', {
    summary:
      'Return one alert with its timeline, its notifications, and why each channel was notified or not',
    output: alert.extend({
      timeline: z.array(alertEvent),
      notifications: z.array(notification),
      flappingEvidence: flappingEvidence.nullable(),
      explanation: z.array(explanation),
    }),
  }),
  'alerts.picture': get('read', '/api/v1/alerts/:id/picture', {
    summary: 'Return the picture of an alert in base64, if a channel has had it fetched',
    output: alertPicture,
  }),
  'alerts.acknowledge': post('operate', '/api/v1/alerts/:id/acknowledge', {
    summary: 'Acknowledge an open alert',
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.unacknowledge': post('operate', '/api/v1/alerts/:id/unacknowledge', {
    summary: 'Unacknowledge an alert; reminders and escalation start again',
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.resolve': post('operate', '/api/v1/alerts/:id/resolve', {
    summary: 'Resolve an open or acknowledged alert manually',
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.snooze': post('operate', '/api/v1/alerts/:id/snooze', {
    summary: 'Snooze an alert; it notifies again at the end if it still fires',
    input: snoozeInput,
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.unsnooze': post('operate', '/api/v1/alerts/:id/unsnooze', {
    summary: 'End a snooze now',
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.settle': post('operate', '/api/v1/alerts/:id/settle', {
    summary:
      'Treat a flapping alert as stable now: its channels hear its state, and counting begins again',
    output: alert,
    errors: ['wrong_state'],
  }),
  'alerts.acknowledgeMany': post('operate', '/api/v1/alerts/acknowledge', {
    summary: 'Acknowledge many alerts, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
  }),
  'alerts.unacknowledgeMany': post('operate', '/api/v1/alerts/unacknowledge', {
    summary: 'Unacknowledge many alerts, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
  }),
  'alerts.resolveMany': post('operate', '/api/v1/alerts/resolve', {
    summary: 'Resolve many alerts manually, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
  }),
  'alerts.snoozeMany': post('operate', '/api/v1/alerts/snooze', {
    summary: 'Snooze many alerts, by ids or by a filter',
    input: alertSelection.safeExtend({ durationMs: snoozeInput.shape.durationMs }),
    output: bulkOutcome,
  }),
  'labels.list': get('read', '/api/v1/labels', {
    summary:
      'List the names of labels, or the values of one, in the newest alerts, most frequent first; at most 50',
    input: labelsQuery,
    output: items(z.string()),
  }),
  ...collectionMethods({
    group: 'views',
    path: '/api/v1/views',
    scope: 'operate',
    shown: savedView,
    create: savedViewInput,
    update: savedViewUpdate,
    summaries: {
      list: 'List saved views of alerts by name',
      create: 'Save a view of alerts: its tab, search, grouping and order',
      update: 'Replace a saved view',
      delete: 'Delete a saved view',
    },
  }),
  'conditions.previewFlapping': post('read', '/api/v1/conditions/flapping/preview', {
    summary:
      'Preview what other flapping settings would have made of the changes of the last 7 days',
    input: flapPreviewInput,
    output: flapPreview,
  }),
  'conditions.flapping': get('read', '/api/v1/conditions/flapping', {
    summary:
      'List flapping conditions, each with its newest alert and the changes that count as flapping',
    input: flappingQuery,
    output: items(flappingCondition),
  }),
};
