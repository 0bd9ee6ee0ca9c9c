import { randomUUID } from 'node:crypto';
import { readForm } from '../base/body-text.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import { parseJson } from '../domain/json-text.ts';
import { fieldIssue, refuseFields, worded } from '../messages/failures.ts';
import {
  REFUSAL_STATUS,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
  type IngestRefusal,
  type IngestRequest,
} from './adapter.ts';
import {
  contentTypeOf,
  fieldsOf,
  isNoText,
  isRecord,
  mediaTypeOf,
  textOf,
  trimmedText,
} from './body.ts';
import { oneMessage, tokenInQuery, withFiles } from './message.ts';

const SENDING = '/1/messages.json';
const VALIDATION = '/1/users/validate.json';

/** https://pushover.net/api#limits, in characters. */
const CHARS_MAX = { message: 1_024, title: 250, url: 512, url_title: 100 } as const;

const PRIORITIES = ['-2', '-1', '0', '1', '2'];
const EMERGENCY = '2';
/** https://pushover.net/api#priority, in seconds. */
const RETRY_SECONDS_MIN = 30;
const EXPIRE_SECONDS_MAX = 10_800;

const SEVERITIES: Readonly<Record<string, Severity>> = { '1': 'warning', [EMERGENCY]: 'critical' };

type Values = Readonly<Record<string, unknown>>;

const charsOf = (text: string): number => [...text].length;

const isOn = (value: unknown): boolean => trimmedText(value) === '1' || value === true;

/** Returns a whole number of seconds above 0; null for anything else. */
function secondsOf(value: unknown): number | null {
  const text = trimmedText(value);
  return /^\d{1,11}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

/** Returns what Pushover would find wrong, in its words; each begins with the name of its field. */
function faultsOf(values: Values): string[] {
  const faults: string[] = [];
  if (trimmedText(values['message']) === '') faults.push('message cannot be blank');
  for (const [field, max] of Object.entries(CHARS_MAX)) {
    if (field !== 'message' && isNoText(values[field])) faults.push(`${field} is invalid`);
    if (charsOf(trimmedText(values[field])) <= max) continue;
    faults.push(`${field} is too long (maximum is ${max} characters)`);
  }
  const priority = priorityOf(values);
  if (!PRIORITIES.includes(priority) || isNoText(values['priority']))
    faults.push('priority is invalid');
  if (priority !== EMERGENCY) return faults;
  for (const field of ['retry', 'expire']) {
    if (trimmedText(values[field]) === '') faults.push(`${field} must be supplied with priority=2`);
  }
  if (faults.length > 0) return faults;
  if ((secondsOf(values['retry']) ?? 0) < RETRY_SECONDS_MIN) {
    faults.push(`retry must be at least ${RETRY_SECONDS_MIN} seconds`);
  }
  if ((secondsOf(values['expire']) ?? Infinity) > EXPIRE_SECONDS_MAX) {
    faults.push(`expire must be at most ${EXPIRE_SECONDS_MAX} seconds`);
  }
  return faults;
}

const priorityOf = ({ priority }: Values): string => trimmedText(priority) || '0';

/** Refuses in Pushover's words, a line for each fault. */
const refused = (faults: readonly string[]): Result<never> =>
  worded(
    faults.join('\n'),
    refuseFields(
      'invalid_input',
      faults.map((fault) => {
        const field = fault.split(' ', 1)[0] ?? '';
        return fieldIssue(field, { code: 'issue.invalid', params: {} });
      }),
    ),
  );

/** Returns the time that a sender gives to its message, ISO 8601; null for none. */
function timestampOf({ timestamp }: Values): string | null {
  const seconds = secondsOf(timestamp);
  return seconds === null ? null : new Date(seconds * 1_000).toISOString();
}

/** Returns HTML as text; the library is loaded by the first message that has any. */
async function plain(html: string): Promise<string> {
  const { textOfHtml } = await import('./mail/html-text.ts');
  return textOfHtml(html).trim();
}

async function read(
  request: IngestRequest,
  context: IngestContext,
): Promise<Result<IngestReading>> {
  if (request.path === VALIDATION) {
    return ok({ events: [], problems: [], echo: { isValidation: true } });
  }
  const body = await fieldsOf(request);
  if (!body.ok) return body;
  const values: Values = { ...request.query, ...body.value.values };
  const faults = faultsOf(values);
  if (faults.length > 0) return refused(faults);
  const [message, title, device, sound] = ['message', 'title', 'device', 'sound'].map((field) =>
    trimmedText(values[field]),
  );
  const files = [...body.value.files];
  if (trimmedText(values['attachment_base64']) !== '') files.push('');
  const text = isOn(values['html']) ? await plain(message ?? '') : (message ?? '');
  const timestamp = timestampOf(values);
  const urlTitle = trimmedText(values['url_title']);
  const priority = priorityOf(values);
  const words = {
    title,
    // Of HTML that shows nothing, the source is better than no text.
    text: withFiles(text || (message ?? ''), files, context.messages),
    severity: SEVERITIES[priority] ?? 'info',
    labels: { priority, device: device ?? '', sound: sound ?? '' },
    annotations: {
      ...(urlTitle === '' ? {} : { url_title: urlTitle }),
      ...(timestamp === null ? {} : { timestamp }),
    },
    urls: [trimmedText(values['url'])],
  };
  return oneMessage(words, request, context);
}

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i;
const TOKEN_PART = /^content-disposition:[^\r\n]*;\s*name="?token"?\s*(?:;|$)/im;

/** Returns the value of a multipart form's field `token`, of the parts that are there to their end. */
function tokenInParts(request: IngestRequest): string | null {
  const [, quoted, plain] = BOUNDARY.exec(contentTypeOf(request)) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return null;
  const parts = `\r\n${request.raw.toString('latin1')}`.split(`\r\n--${boundary}`).slice(1, -1);
  for (const part of parts) {
    const end = part.indexOf('\r\n\r\n');
    if (end >= 0 && TOKEN_PART.test(part.slice(0, end))) return part.slice(end + 4).trim();
  }
  return null;
}

function tokenInBody(request: IngestRequest): string | null {
  switch (mediaTypeOf(request)) {
    case 'multipart/form-data':
      return tokenInParts(request);
    case 'application/x-www-form-urlencoded': {
      const { token } = readForm(request.raw, contentTypeOf(request));
      return [token ?? []].flat().at(-1) ?? null;
    }
    default: {
      const body = parseJson(textOf(request));
      return body.ok && isRecord(body.value) ? trimmedText(body.value['token']) : null;
    }
  }
}

const OF_REASON: Readonly<Partial<Record<IngestRefusal, string>>> = {
  unauthenticated: 'application token is invalid',
};

/**
 * Pushover's `POST /1/messages.json` (https://pushover.net/api): a form, JSON, or a multipart form with a
 * picture, which is named and not kept. The token stands in the body. Users and devices are not known here,
 * so any will do; there are no receipts, since `retry` and `expire` do not apply. `/1/users/validate.json`
 * is what Home Assistant and openHAB ask before they send.
 */
export const pushover: IngestAdapter = {
  name: 'pushover',
  routes: [...routesAt(SENDING, 'POST'), ...routesAt(VALIDATION, 'POST')],
  credential: tokenInQuery,
  bodyCredential: tokenInBody,
  read,
  accept({ echo }, [stored]) {
    const request = stored?.alertId ?? randomUUID();
    const known = echo?.['isValidation'] ? { group: 0, devices: [], licenses: [] } : {};
    return { status: 200, body: { status: 1, ...known, request } };
  },
  refuse(reason, message) {
    const errors = (OF_REASON[reason] ?? message).split('\n');
    const fields = errors.flatMap((error): [string, string][] => {
      if (reason === 'unauthenticated') return [['token', 'invalid']];
      const [, field, problem] =
        /^(message|title|url|url_title|priority|retry|expire) (.*)$/.exec(error) ?? [];
      return field === undefined || problem === undefined ? [] : [[field, problem]];
    });
    // Its API has no 401.
    const status = reason === 'unauthenticated' ? 400 : REFUSAL_STATUS[reason];
    const body = { ...Object.fromEntries(fields), errors, status: 0, request: randomUUID() };
    return { status, body };
  },
};
