import { fail, ok } from '../contract/result.ts';
import type { Severity } from '../contract/primitives.ts';
import type { IngestAdapter, IngestAnswer, IngestRefusal } from './adapter.ts';
import { fieldsOf, firstOf, mediaTypeOf, valueText } from './body.ts';
import { inboundMessage, tokenInQuery } from './message.ts';

/** Whose behaviour this is, for clients that ask before they send. */
const SPOKEN_VERSION = { version: '2.9.0', commit: '', buildDate: '' };
/** Tokens are Belfry's own, so there is only one application to name. */
const APPLICATION_ID = 1;

const STATUS: Record<IngestRefusal, { status: number; error: string }> = {
  unauthenticated: { status: 401, error: 'Unauthorized' },
  forbidden: { status: 403, error: 'Forbidden' },
  unavailable: { status: 503, error: 'Service Unavailable' },
  invalid: { status: 400, error: 'Bad Request' },
  unknown: { status: 404, error: 'Not Found' },
  too_large: { status: 413, error: 'Request Entity Too Large' },
  unsupported: { status: 415, error: 'Unsupported Media Type' },
};

const severityOf = (priority: number): Severity =>
  priority >= 8 ? 'critical' : priority >= 4 ? 'warning' : 'info';

/** Null for what is no whole number; 0 when it is not given. */
function priorityOf(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return 0;
  const priority = Number(valueText(value));
  return Number.isSafeInteger(priority) ? priority : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"client::notification": {"click": {"url": …}}}`: where a tap leads. */
function clickOf(extras: unknown): string | undefined {
  const notification = isRecord(extras) ? extras['client::notification'] : undefined;
  const click = isRecord(notification) ? notification['click'] : undefined;
  return isRecord(click) ? valueText(click['url']) : undefined;
}

/** Markdown that is one block of code from its first line to its last. */
const BLOCK = /^```[\w-]{0,40}\n((?:(?!```)[^])*)\n```\s*$/;

/** Proxmox VE puts all of its text into a block of code, so that no Markdown is seen in it; here none is anyway. */
function outOfBlock(text: string, extras: unknown): string {
  const display = isRecord(extras) ? extras['client::display'] : undefined;
  const isMarkdown = isRecord(display) && display['contentType'] === 'text/markdown';
  return (isMarkdown ? BLOCK.exec(text)?.[1] : undefined) ?? text;
}

/**
 * Gotify's `POST /message` (https://gotify.net/api-docs): JSON, form or multipart, with the token in
 * `X-Gotify-Key`, as Bearer or `?token=`. What Proxmox VE's Gotify target sends is this, with
 * priorities 1 for info, 3 for notices, 5 for warnings and 9 for errors.
 */
export const gotify: IngestAdapter = {
  name: 'gotify',
  routes: [{ verb: 'POST', path: '/message' }],
  probes: [
    { path: '/version', answer: () => ({ status: 200, body: SPOKEN_VERSION }) },
    {
      path: '/health',
      answer: (isReady) => ({
        status: isReady ? 200 : 500,
        body: { health: isReady ? 'green' : 'red', database: isReady ? 'green' : 'red' },
      }),
    },
  ],
  credential: (head) => tokenInQuery(head) ?? (firstOf(head.headers['x-gotify-key']) || null),
  async read(request, context) {
    const body = await fieldsOf(request);
    if (!body.ok) return body;
    const isForm = mediaTypeOf(request) !== 'application/json';
    const given = isForm ? { ...request.query, ...body.value.values } : body.value.values;
    const text = valueText(given['message']) ?? '';
    if (text === '') return fail('invalid_input', "Field 'message' is required");
    const priority = priorityOf(given['priority']);
    if (priority === null) return fail('invalid_input', "Field 'priority' is not valid");
    const title = valueText(given['title']) ?? '';
    const extras = isForm ? undefined : given['extras'];
    const words = {
      title,
      text: outOfBlock(text, extras),
      severity: severityOf(priority),
      labels: { priority: String(priority) },
      urls: [clickOf(extras)],
    };
    const message = inboundMessage(words, request, context);
    const echo = {
      appid: APPLICATION_ID,
      message: message.text,
      title: message.title || context.source,
      priority,
      ...(isRecord(extras) ? { extras } : {}),
      date: new Date(context.now).toISOString(),
    };
    return ok({ events: [], problems: [], messages: [message], echo });
  },
  accept: ({ echo }, [stored]) => ({ status: 200, body: { id: stored?.number, ...echo } }),
  refuse(reason, message): IngestAnswer {
    const { status, error } = STATUS[reason];
    return { status, body: { error, errorCode: status, errorDescription: message } };
  },
};
