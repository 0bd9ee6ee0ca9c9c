import { refuseField } from '../messages/failures.ts';
import { plainAnswers, routesAt, type IngestAdapter } from './adapter.ts';
import { fieldsOf, isNoText, valueText } from './body.ts';
import { messageSeverity, oneMessage, tokenInQuery } from './message.ts';

/**
 * Home Assistant's `rest` notifier (https://www.home-assistant.io/integrations/notify.rest/): GET with a
 * query, POST with a form, or POST with JSON; `message`, with `title` and `target` where its
 * configuration names them. `severity` may come along as one of its fixed `data`.
 */
export const homeAssistant: IngestAdapter = {
  name: 'home-assistant',
  routes: routesAt('/ingest/home-assistant', 'GET', 'POST'),
  credential: tokenInQuery,
  async read(request, context) {
    const fields = await fieldsOf(request);
    if (!fields.ok) return fields;
    const given = { ...request.query, ...fields.value.values };
    const text = valueText(given['message']) ?? '';
    if (text === '')
      return refuseField('invalid_input', 'message', { code: 'issue.empty', params: {} });
    const unread = ['title', 'severity'].find((name) => isNoText(given[name]));
    if (unread !== undefined)
      return refuseField('invalid_input', unread, { code: 'issue.invalid', params: {} });
    const words = {
      topic: valueText(given['target']),
      title: valueText(given['title']),
      text,
      severity: messageSeverity(valueText(given['severity'])),
    };
    return oneMessage(words, request, context);
  },
  ...plainAnswers({ status: 'ok' }, (message) => ({ message })),
};
