import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { errorText } from '../base/logger.ts';
import { issue } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { charsetOf, decodedText, readForm } from '../base/body-text.ts';
import { invalidInput } from '../domain/issues.ts';
import { parseJson, parseJsonOfAnyDepth } from '../domain/json-text.ts';
import { refuse, refuseField } from '../messages/failures.ts';
import type { IngestHead, IngestRequest } from './adapter.ts';

/** Returns a header's first value, or a query's; undefined if it is absent. */
export const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'object' ? value[0] : value;

/** Returns the Content-Type as it came; '' if none is given. */
export const contentTypeOf = ({ headers }: IngestHead): string =>
  firstOf(headers['content-type']) ?? '';

/** Returns the media type in lower case and without its parameters; '' if none is given. */
export const mediaTypeOf = (head: IngestHead): string =>
  contentTypeOf(head).split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const textOf = (request: IngestRequest): string =>
  decodedText(request.raw, contentTypeOf(request));

/** The types that text comes with; curl calls any data a form. */
const TEXTUAL = /^(?:|text\/.*|application\/(?:json|xml|x-www-form-urlencoded|.*\+(?:json|xml)))$/;

/** Characters that no text holds: control characters but for tabs, line ends and the escape of terminal colours. */
// eslint-disable-next-line no-control-regex -- these are control characters
const NO_TEXT = /[^\P{Cc}\t\n\v\f\r\x08\x1B]/u;

/** Decodes a message; null for a file's bytes, which are neither UTF-8 nor text in any other encoding. */
export function textUnlessFile(body: Buffer, request: IngestHead): string | null {
  const text = decodedText(body, contentTypeOf(request));
  if (isUtf8(body)) return text;
  const isText = TEXTUAL.test(mediaTypeOf(request)) || charsetOf(contentTypeOf(request)) !== '';
  return isText && !NO_TEXT.test(text) ? text : null;
}

/** Parses the body as JSON, whatever the type says; undefined if there is none. */
export const parsedJson = (request: IngestRequest): Result<unknown> =>
  request.raw.length === 0 ? ok(undefined) : parseJson(textOf(request));

/** Does the same for lists whose reader checks the depth of each item. */
export const parsedItems = (request: IngestRequest): Result<unknown> =>
  request.raw.length === 0 ? ok(undefined) : parseJsonOfAnyDepth(textOf(request));

/** Does as `parsedItems`, for senders that are known to give JSON's type. */
export const itemsOf = (request: IngestRequest): Result<unknown> =>
  request.raw.length === 0 || mediaTypeOf(request) === 'application/json'
    ? parsedItems(request)
    : refuse('invalid_input', { code: 'error.json_type', params: {} });

/** Returns a body as a schema reads it; a failure names the first field that is wrong. */
export function readAs<T>(schema: z.ZodType<T>, body: Result<unknown>): Result<T> {
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  return parsed.success ? ok(parsed.data) : invalidInput(parsed.error);
}

/** A body's named values as forms and JSON objects have them; files keep nothing but their names. */
export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a JSON object, or a form of either encoding, by the media type. A failure says what is broken. */
export async function fieldsOf(request: IngestRequest): Promise<Result<Fields>> {
  switch (mediaTypeOf(request)) {
    case 'multipart/form-data':
      return multipart(request);
    case 'application/x-www-form-urlencoded':
      return ok({ values: lastOfEach(readForm(request.raw, contentTypeOf(request))), files: [] });
    default: {
      const body = parsedJson(request);
      if (!body.ok) return body;
      if (body.value === undefined) return ok({ values: {}, files: [] });
      return isRecord(body.value)
        ? ok({ values: body.value, files: [] })
        : refuseField('invalid_input', 'body', {
            code: 'issue.type',
            params: { expected: 'object' },
          });
    }
  }
}

const lastOfEach = (form: Readonly<Record<string, string | string[]>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name, [value].flat().at(-1) ?? '']),
  );

/**
 * Reads a multipart form. The parser takes all text for UTF-8, so it is given each byte as a
 * character, and each value is decoded from its own bytes.
 */
async function multipart(request: IngestRequest): Promise<Result<Fields>> {
  const type = contentTypeOf(request);
  let form: FormData;
  try {
    const bytes = Buffer.from(request.raw.toString('latin1'), 'utf8');
    form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch (error) {
    const params = { error: errorText(error) };
    return refuseField('invalid_input', 'body', { code: 'issue.not_form', params });
  }
  const decoded = (text: string): string => decodedText(Buffer.from(text, 'latin1'), type);
  const values: [string, string][] = [];
  const files: string[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') values.push([decoded(name), decoded(value)]);
    else files.push(decoded(value.name));
  }
  return ok({ values: Object.fromEntries(values), files });
}

/** Returns a value of a form or of JSON as text; undefined for what is absent or of another kind. */
export const valueText = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** Returns the same without the blanks around it; '' for what is absent or of another kind. */
export const trimmedText = (value: unknown): string => (valueText(value) ?? '').trim();

/** Returns true for a list or an object that holds something, where a text is expected. */
export const isNoText = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** A text as `trimmedText` reads it, which would drop one of another kind. */
export const textField = z
  .unknown()
  .refine((value) => !isNoText(value), issue('issue.invalid'))
  .optional();

/** A list or an object that may be missing; senders write an empty text, list or object, or `false`, for none. */
export const unlessEmpty = (schema: z.ZodType) =>
  z.preprocess(
    (value) => (isNoText(value) || (value && typeof value !== 'object') ? value : undefined),
    schema.optional(),
  );

/** A list as `recordsIn` reads it. */
export const listField = (item: z.ZodType) => unlessEmpty(z.array(item.nullish()));

/** Returns the objects in a list; none for what is no list. */
export const recordsIn = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
