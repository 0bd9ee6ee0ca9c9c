import { STATUS_CODES } from '../base/node-http.ts';
import { ok } from '../contract/result.ts';
import type { Severity } from '../contract/primitives.ts';
import { PICTURE_ANNOTATION } from '../contract/alert-picture.ts';
import { refuseField, worded } from '../messages/failures.ts';
import { REFUSAL_STATUS, type IngestAdapter } from './adapter.ts';
import { fieldsOf, firstOf, isNoText, isRecord, mediaTypeOf, valueText } from './body.ts';
import { inboundMessage, tokenInQuery } from './message.ts';

/** The version with this behaviour, for clients that ask before they send. */
const SPOKEN_VERSION = { version: '2.9.0', commit: '', buildDate: '' };
/** Tokens are Belfry's own, so there is only one application to name. */
const APPLICATION_ID = 1;

const severityOf = (priority: number): Severity =>
  priority >= 8 ? 'critical' : priority >= 4 ? 'warning' : 'info';

/** Returns null for what is no whole number; 0 if it is not given. */
function priorityOf(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return 0;
  const priority = Number(valueText(value));
  return Number.isSafeInteger(priority) ? priority : null;
}

/** `{"client::notification": {"click": {"url": …}, "bigImageUrl": …}}`: where a tap leads, and a picture. */
function notificationOf(extras: unknown) {
  const found = isRecord(extras) ? extras['client::notification'] : undefined;
  const notification = isRecord(found) ? found : {};
  const { click, bigImageUrl } = notification;
  return {
    click: isRecord(click) ? valueText(click['url']) : undefined,
    picture: valueText(bigImageUrl) ?? '',
  };
}

/** Markdown that is one block of code from its first line to its last. */
const BLOCK = /^```[\w-]{0,40}\n((?:(?!```)[^])*)\n```\s*$/;

/** Unwraps the block of code into which Proxmox VE puts all of its text, so that no Markdown is seen in it. */
function outOfBlock(text: string, extras: unknown): string {
  const display = isRecord(extras) ? extras['client::display'] : undefined;
  const isMarkdown = isRecord(display) && display['contentType'] === 'text/markdown';
  return (isMarkdown ? BLOCK.exec(text)?.[1] : undefined) ?? text;
}

/** Refuses a field in Gotify's words. */
const lacking = (field: string, problem: string, code: 'issue.required' | 'issue.invalid') =>
  worded(`Field '${field}' ${problem}`, refuseField('invalid_input', field, { code, params: {} }));

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
    if (text === '') return lacking('message', 'is required', 'issue.required');
    const priority = priorityOf(given['priority']);
    if (priority === null) return lacking('priority', 'is not valid', 'issue.invalid');
    if (isNoText(given['title'])) return lacking('title', 'is not valid', 'issue.invalid');
    const title = valueText(given['title']) ?? '';
    const extras = isForm ? undefined : given['extras'];
    if (extras && !isRecord(extras)) return lacking('extras', 'is not valid', 'issue.invalid');
    const { click, picture } = notificationOf(extras);
    const words = {
      title,
      text: outOfBlock(text, extras),
      severity: severityOf(priority),
      labels: { priority: String(priority) },
      annotations: picture === '' ? {} : { [PICTURE_ANNOTATION]: picture },
      urls: [click],
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
  refuse(reason, message) {
    const status = REFUSAL_STATUS[reason];
    // Go's name of 413 is an older one.
    const error = status === 413 ? 'Request Entity Too Large' : STATUS_CODES[status];
    return { status, body: { error, errorCode: status, errorDescription: message } };
  },
};
