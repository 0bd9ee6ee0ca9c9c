import { z } from 'zod';
import { ok } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import {
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
  type IngestRequest,
} from './adapter.ts';
import { groupAlert, groupAnswers, readGroup, type Extra } from './alertmanager-webhook.ts';
import { boundedAnnotations, httpLink } from './event.ts';
import { inboundMessage } from './message.ts';

/** None of these is worth losing an alert over, so what they are is looked at later. */
const grafanaAlert = groupAlert.extend({
  values: z.unknown().optional(),
  valueString: z.unknown().optional(),
  silenceURL: z.unknown().optional(),
  dashboardURL: z.unknown().optional(),
  panelURL: z.unknown().optional(),
  imageURL: z.unknown().optional(),
});
type GrafanaAlert = z.infer<typeof grafanaAlert>;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value ? JSON.stringify(value) : '';

/** Returns the fields that Grafana sends beside labels and annotations, as annotations under its own names. */
function grafanaExtra(alert: GrafanaAlert): Extra {
  const { values, valueString, silenceURL, dashboardURL, panelURL, imageURL } = alert;
  const more = { values, valueString, silenceURL, dashboardURL, panelURL, imageURL };
  const own = Object.entries(more)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([, text]) => text !== '');
  return {
    // Its own ones first, since the last ones are left out when there are too many.
    annotations: boundedAnnotations({ ...Object.fromEntries(own), ...alert.annotations }),
    url: httpLink(textOf(panelURL), textOf(dashboardURL), alert.generatorURL),
  };
}

/** Returns true for what its button Test sends (grafana/alerting, notify/receivers.go). */
const isTest = ({ status, labels }: ConditionEvent): boolean =>
  status === 'firing' && labels['alertname'] === 'TestAlert' && labels['instance'] === 'Grafana';

/** Makes messages of tests: nobody ever resolves one, and whoever presses the button twice wants two notifications. */
function withTestsMarked(
  { events, problems }: IngestReading,
  request: IngestRequest,
  context: IngestContext,
): IngestReading {
  const messages = events.filter(isTest).map(({ host, kind, message, severity, labels, url }) => {
    const urls = [url ?? undefined];
    const words = { topic: host, title: kind, text: message, severity, labels, urls };
    return inboundMessage(words, request, context);
  });
  return { events: events.filter((event) => !isTest(event)), messages, problems };
}

/**
 * Grafana's webhook contact point (https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/),
 * POST or PUT. A signature header passes unread: tokens are kept as digests, which can prove no
 * signature, and the token that must come along proves the sender.
 */
export const grafana: IngestAdapter = {
  name: 'grafana',
  routes: routesAt('/ingest/grafana', 'POST', 'PUT'),
  read(request, context) {
    const reading = readGroup(request, context, grafanaAlert, grafanaExtra);
    return reading.ok ? ok(withTestsMarked(reading.value, request, context)) : reading;
  },
  ...groupAnswers,
};
