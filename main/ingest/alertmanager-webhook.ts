import type { IngestAdapter } from './adapter.ts';
import { alertmanagerExtra, groupAlert, groupAnswers, readGroup } from './alert-group.ts';

/**
 * The webhook of Alertmanager, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config):
 * for those who keep their Alertmanager and let it tell Belfry.
 */
export const alertmanagerWebhook: IngestAdapter = {
  name: 'alertmanager-webhook',
  routes: [{ verb: 'POST', path: '/ingest/alertmanager' }],
  read: (request, context) => readGroup(request, context, groupAlert, alertmanagerExtra),
  ...groupAnswers,
};
