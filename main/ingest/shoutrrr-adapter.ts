import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import { refuseField } from '../messages/failures.ts';
import { plainAnswers, routesAt, type IngestAdapter } from './adapter.ts';
import { isNoText, isRecord, parsedItems, textOf, valueText } from './body.ts';
import { messageSeverity, oneMessage, tokenInQuery } from './message.ts';

/** Names of the text where a sender lets people choose; the first that is there counts. */
const TEXT_NAMES = ['message', 'text', 'body', 'msg', 'content'] as const;

interface Said {
  readonly text: string;
  readonly title?: string | undefined;
  readonly severity?: string | undefined;
}

/** Without a template the body is bare text under a JSON type, so what is no object of words is that. */
function saidIn(body: unknown, raw: string): Said {
  if (typeof body === 'string') return { text: body };
  const values = isRecord(body) ? body : {};
  const text = TEXT_NAMES.map((name) => valueText(values[name])).find(Boolean);
  const isRead = !isNoText(values['title']) && !isNoText(values['severity']);
  if (text === undefined || !isRead) return { text: raw };
  return { text, title: valueText(values['title']), severity: valueText(values['severity']) };
}

/**
 * Shoutrrr's generic service (https://containrrr.dev/shoutrrr/latest/services/generic/), as Watchtower,
 * Beszel and evcc use it: `{title, message}` with `template=json`, otherwise bare text, which older ones
 * call JSON all the same. `method=PUT` is one of its options.
 */
export const shoutrrr: IngestAdapter = {
  name: 'shoutrrr',
  routes: routesAt('/ingest/shoutrrr', 'POST', 'PUT'),
  credential: tokenInQuery,
  read(request, context) {
    const raw = textOf(request).trim();
    const body = parsedItems(request);
    if (body.ok && isTooDeep(body.value)) return refuseField('invalid_input', 'body', TOO_DEEP);
    const { text, title, severity } = saidIn(body.ok ? body.value : undefined, raw);
    if (text.trim() === '') {
      return refuseField('invalid_input', 'body', { code: 'issue.empty', params: {} });
    }
    const words = { title, text, severity: messageSeverity(severity) };
    return oneMessage(words, request, context);
  },
  ...plainAnswers({ status: 'ok' }, (message) => ({ message })),
};
