import { z } from 'zod';
import type { IngestAdapter } from './adapter.ts';
import { groupAlert, groupAnswers, readGroup, type Extra } from './alert-group.ts';
import { boundedAnnotations, httpLink } from './labelled-alert.ts';

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

/** What Grafana tells beside labels and annotations becomes annotations, under its own names. */
function grafanaExtra(alert: GrafanaAlert): Extra {
  const { values, valueString, silenceURL, dashboardURL, panelURL, imageURL } = alert;
  const told = { values, valueString, silenceURL, dashboardURL, panelURL, imageURL };
  const own = Object.entries(told)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([, text]) => text !== '');
  return {
    // Its own ones first, since the last ones are left out when there are too many.
    annotations: boundedAnnotations({ ...Object.fromEntries(own), ...alert.annotations }),
    url: httpLink(textOf(panelURL), textOf(dashboardURL), alert.generatorURL),
  };
}

/**
 * Grafana's webhook contact point (https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/),
 * POST or PUT. A signature header passes unread: tokens are kept as digests, which can prove no
 * signature, and the token that must come along proves the sender.
 */
export const grafana: IngestAdapter = {
  name: 'grafana',
  routes: [
    { verb: 'POST', path: '/ingest/grafana' },
    { verb: 'PUT', path: '/ingest/grafana' },
  ],
  read: (request, context) => readGroup(request, context, grafanaAlert, grafanaExtra),
  ...groupAnswers,
};
