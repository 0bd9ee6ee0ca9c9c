import { z } from 'zod';
import { ok } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { issuesOf } from '../domain/issues.ts';
import { fieldReason } from '../messages/failures.ts';
import {
  problemTexts,
  REFUSAL_STATUS,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
} from './adapter.ts';
import { itemsOf } from './body.ts';
import { httpLink } from './event.ts';
import {
  labelledAlert,
  labelledAlertInput,
  readItems,
  refusedBy,
  refusedField,
  type EventOrReason,
} from './labelled-alert.ts';

const postableAlerts = z.array(z.unknown());
type PostableAlert = z.infer<typeof labelledAlertInput>;

function toEvent(alert: PostableAlert, context: IngestContext): EventOrReason {
  const endsAt = alert.endsAt ?? null;
  const startsAt = alert.startsAt ?? endsAt ?? context.now;
  if (endsAt !== null && endsAt < startsAt) {
    return refusedField('endsAt', { code: 'issue.start_before_end', params: {} });
  }
  const firing = endsAt === null || endsAt > context.now;
  const value: ConditionEvent = {
    ...labelledAlert(alert.labels, alert.annotations ?? {}),
    source: context.source,
    status: firing ? 'firing' : 'resolved',
    url: httpLink(alert.generatorURL),
    occurredAt: firing ? startsAt : endsAt,
    firesNow: firing && endsAt !== null,
    endsAt: firing ? (endsAt ?? context.now + context.resolveTimeoutMs) : null,
  };
  return { ok: true, value };
}

function readAlerts(body: unknown, context: IngestContext): IngestReading {
  const list = postableAlerts.safeParse(body);
  if (!list.success) return { events: [], problems: [fieldReason(issuesOf(list.error))] };
  return readItems(list.data, 'alert', (item) => {
    const parsed = labelledAlertInput.safeParse(item);
    return parsed.success ? toEvent(parsed.data, context) : refusedBy(parsed.error);
  });
}

/**
 * Alertmanager API v2, `POST /api/v2/alerts`, as Prometheus and amtool send it: identity is the label
 * set, an end in the future means firing, and valid alerts are stored beside invalid ones, for which
 * the answer is 400.
 */
export const alertmanager: IngestAdapter = {
  name: 'alertmanager',
  routes: [{ verb: 'POST', path: '/api/v2/alerts' }],
  read(request, context) {
    const body = itemsOf(request);
    return body.ok ? ok(readAlerts(body.value, context)) : body;
  },
  accept: ({ problems }) =>
    problems.length === 0
      ? { status: 200, body: null }
      : { status: 400, body: problemTexts(problems).join('; ') },
  refuse: (reason, message) => {
    const status = REFUSAL_STATUS[reason];
    const isFramework = reason !== 'unauthenticated' && reason !== 'forbidden' && status < 500;
    return { status, body: isFramework ? { code: status, message } : message };
  },
};
