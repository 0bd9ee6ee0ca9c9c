import { refuseField, worded } from '../messages/failures.ts';
import { REFUSAL_STATUS, type IngestAdapter } from './adapter.ts';
import { fieldsOf, firstOf, isNoText, mediaTypeOf, valueText } from './body.ts';
import { messageSeverity, oneMessage, tokenInQuery, withFiles } from './message.ts';

const TYPES: ReadonlySet<string> = new Set(['info', 'success', 'warning', 'failure']);

/** `tag` and `tags` are words, or lists of words, or lists of those. */
const tagOf = (value: unknown): string | undefined =>
  Array.isArray(value)
    ? value
        .flat()
        .map((tag) => valueText(tag) ?? '')
        .filter((tag) => tag !== '')
        .join(', ')
    : valueText(value);

/** Attachments are addresses, or objects with a file name and what is in it; one, or a list of them. */
function attachmentNames(value: unknown): string[] {
  const given = Array.isArray(value) ? value : [value];
  return given.flatMap((item: unknown) => {
    if (typeof item === 'object' && item !== null) {
      return [valueText((item as { filename?: unknown }).filename) ?? ''];
    }
    const name = valueText(item);
    return name ? [name] : [];
  });
}

/**
 * Apprise API (https://github.com/caronc/apprise-api), `POST /notify/{key}` and `/notify`: JSON, form or
 * multipart with body, title, type, tag and format. The answer is 200 once the message is stored: what
 * becomes of it later is shown in Belfry, so there is no 424 for it, and every key is there, so there is
 * no 204. `/ingest/apprise` takes the same from Apprise's own `json://`, which calls the body `message`.
 */
export const apprise: IngestAdapter = {
  name: 'apprise',
  routes: [
    { verb: 'POST', path: '/notify/:key(^[\\w-]{1,128}$)' },
    { verb: 'POST', path: '/notify' },
    { verb: 'POST', path: '/ingest/apprise' },
  ],
  credential: tokenInQuery,
  async read(request, context) {
    const fields = await fieldsOf(request);
    if (!fields.ok) {
      return worded(`Invalid JSON Payload provided. ${fields.error.message}`, fields);
    }
    const { values, files } = fields.value;
    const given = (...names: readonly string[]): unknown =>
      names.map((name) => values[name] || firstOf(request.query[name])).find(Boolean);
    const attached = [
      ...files,
      ...attachmentNames(values['attach'] ?? values['attachment'] ?? values['attachments']),
    ];
    const said = valueText(values['body'] ?? values['message']) ?? '';
    const text = withFiles(said, attached, context.messages);
    const type = valueText(given('type')) ?? 'info';
    const unread = ['body', 'message', 'title', 'type'].find((name) => isNoText(values[name]));
    if (unread !== undefined || text === '' || !TYPES.has(type)) {
      const refusal =
        unread !== undefined
          ? refuseField('invalid_input', unread, { code: 'issue.invalid', params: {} })
          : text === ''
            ? refuseField('invalid_input', 'body', { code: 'issue.empty', params: {} })
            : refuseField('invalid_input', 'type', {
                code: 'issue.one_of',
                params: { values: [...TYPES].join(', ') },
              });
      return worded('Payload lacks minimum requirements', refusal);
    }
    const words = {
      topic: request.params['key'],
      title: valueText(given('title')),
      text,
      severity: messageSeverity(type),
      isRecovery: type === 'success',
      labels: { type, tag: tagOf(given('tag', 'tags')) ?? '' },
      annotations: { format: valueText(given('format')) ?? 'text' },
    };
    const isJson = mediaTypeOf(request) === 'application/json';
    return oneMessage(words, request, context, { isJson });
  },
  accept: ({ echo }) =>
    echo?.['isJson']
      ? { status: 200, body: { error: null, details: [] } }
      : { status: 200, body: 'Stored.\n', contentType: 'text/plain; charset=utf-8' },
  refuse: (reason, message) => ({ status: REFUSAL_STATUS[reason], body: { error: message } }),
};
