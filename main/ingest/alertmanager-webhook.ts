import { z } from 'zod';
import { ok, type Result } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { invalidInput } from '../domain/issues.ts';
import {
  problemTexts,
  REFUSAL_STATUS,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
  type IngestRequest,
} from './adapter.ts';
import { itemsOf } from './body.ts';
import { httpLink } from './event.ts';
import {
  labelledAlert,
  labelledAlertInput,
  readItems,
  refusedBy,
  refusedField,
} from './labelled-alert.ts';

const status = z.enum(['firing', 'resolved']);

export const groupAlert = labelledAlertInput.extend({
  status: status.nullish(),
  fingerprint: z.string().nullish(),
});
export type GroupAlert = z.infer<typeof groupAlert>;

const group = z.object({
  status: status.nullish(),
  alerts: z.array(z.unknown()),
});

/** The parts of an event that do not come from its labels. */
export type Extra = Pick<ConditionEvent, 'annotations' | 'url'>;

/**
 * Reads `{status, alerts: [...]}`. Each alert's own status counts, the group's only where one has none.
 * Nothing resolves automatically: the sender says when it is over, and the end of a firing one is zero.
 */
export function readGroup<Alert extends GroupAlert>(
  request: IngestRequest,
  context: IngestContext,
  schema: z.ZodType<Alert>,
  extra: (alert: Alert) => Extra,
): Result<IngestReading> {
  const body = itemsOf(request);
  if (!body.ok) return body;
  const parsed = group.safeParse(body.value);
  if (!parsed.success) return invalidInput(parsed.error);
  const ofGroup = parsed.data.status;
  return ok(
    readItems(parsed.data.alerts, 'alert', (item) => {
      const alert = schema.safeParse(item);
      if (!alert.success) return refusedBy(alert.error);
      const state = alert.data.status ?? ofGroup;
      if (!state) return refusedField('status', { code: 'issue.required', params: {} });
      return { ok: true, value: toEvent(alert.data, state, extra(alert.data), context.source) };
    }),
  );
}

function toEvent(
  alert: GroupAlert,
  state: ConditionEvent['status'],
  extra: Extra,
  source: string,
): ConditionEvent {
  const labelled = labelledAlert(alert.labels, alert.annotations ?? {});
  const moment = state === 'firing' ? alert.startsAt : alert.endsAt;
  return {
    ...labelled,
    ...extra,
    source,
    dedupKey: isFingerprint(alert.fingerprint) ? alert.fingerprint : labelled.dedupKey,
    status: state,
    occurredAt: moment ?? null,
    endsAt: null,
  };
}

/** A sender's own digest of the label set; what a template made of it is none. */
const isFingerprint = (text: string | null | undefined): text is string =>
  /^[0-9a-f]{16}$/.test(text ?? '');

const extraOf = ({ annotations, generatorURL }: GroupAlert): Extra => ({
  annotations: annotations ?? {},
  url: httpLink(generatorURL),
});

/** The answers; senders look at the status alone, log the text and try 5xx again. */
export const groupAnswers: Pick<IngestAdapter, 'accept' | 'refuse'> = {
  accept: ({ problems }) =>
    problems.length === 0
      ? { status: 200, body: { status: 'ok' } }
      : {
          status: 400,
          body: { status: 'error', message: problemTexts(problems).join('; ') },
        },
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { status: 'error', message },
  }),
};

/**
 * The webhook of Alertmanager, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config):
 * for those who keep their Alertmanager and let it notify Belfry. Grafana's descends from it.
 */
export const alertmanagerWebhook: IngestAdapter = {
  name: 'alertmanager-webhook',
  routes: [{ verb: 'POST', path: '/ingest/alertmanager' }],
  read: (request, context) => readGroup(request, context, groupAlert, extraOf),
  ...groupAnswers,
};
