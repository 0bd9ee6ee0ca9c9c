import { z } from 'zod';
import {
  alert,
  alertSelection,
  alertsPage,
  alertsQuery,
  bulkOutcome,
  eventsInput,
  eventsOutput,
  flappingCondition,
  flappingEvidence,
  snoozeInput,
} from '../alert.ts';
import { alertEvent, explanation } from '../timeline.ts';
import { jobsInput } from '../job.ts';
import { notification } from '../notification.ts';
import { byId, nothing } from '../primitives.ts';
import { get, post, type MethodDefinition } from './definition.ts';

/** Events in, and what may be asked of alerts. */
export const ALERT_METHODS = {
  'events.ingest': {
    summary: 'Report one event or an array of events; answered once they are durable',
    input: eventsInput,
    output: eventsOutput,
    errors: ['invalid_input', 'payload_too_large', 'unavailable'],
    scope: 'ingest',
    http: post('/api/v1/events'),
  },
  'jobs.ingest': {
    summary: 'Report what became of a backup, forget, prune or check; answered once it is durable',
    input: jobsInput,
    output: eventsOutput,
    errors: ['invalid_input', 'payload_too_large', 'unavailable'],
    scope: 'ingest',
    http: post('/api/v1/jobs'),
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
    summary:
      'One alert with its timeline, its notifications, and why each channel was notified or not',
    input: byId,
    output: alert.extend({
      timeline: z.array(alertEvent),
      notifications: z.array(notification),
      flappingEvidence: flappingEvidence.nullable(),
      explanation: z.array(explanation),
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
  'alerts.unacknowledge': {
    summary: 'Take an acknowledgement back; reminders and escalation start again',
    input: byId,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/unacknowledge'),
  },
  'alerts.resolve': {
    summary: 'Resolve an open or acknowledged alert by hand',
    input: byId,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/resolve'),
  },
  'alerts.snooze': {
    summary:
      'Tell nothing about an alert for a while; it is said again at the end if it still fires',
    input: snoozeInput,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/snooze'),
  },
  'alerts.unsnooze': {
    summary: 'End a snooze now',
    input: byId,
    output: alert,
    errors: ['invalid_input', 'not_found', 'wrong_state', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/:id/unsnooze'),
  },
  'alerts.acknowledgeMany': {
    summary: 'Acknowledge many alerts, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/acknowledge'),
  },
  'alerts.unacknowledgeMany': {
    summary: 'Take many acknowledgements back, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/unacknowledge'),
  },
  'alerts.resolveMany': {
    summary: 'Resolve many alerts by hand, by ids or by a filter',
    input: alertSelection,
    output: bulkOutcome,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/resolve'),
  },
  'alerts.snoozeMany': {
    summary: 'Snooze many alerts, by ids or by a filter',
    input: alertSelection.safeExtend({ durationMs: snoozeInput.shape.durationMs }),
    output: bulkOutcome,
    errors: ['invalid_input', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/alerts/snooze'),
  },
  'conditions.flapping': {
    summary:
      'Conditions that change too often, with their newest episode and the changes that show it',
    input: nothing,
    output: z.object({ items: z.array(flappingCondition) }),
    errors: [],
    scope: 'read',
    http: get('/api/v1/conditions/flapping'),
  },
} as const satisfies Record<string, MethodDefinition>;
