import { errorText } from '../base/logger.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { IngestHead, IngestRequest } from './adapter.ts';

/** A header's first value, or a query's; undefined when it is absent. */
export const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'object' ? value[0] : value;

/** The media type in lower case and without its parameters; '' when none is given. */
export const mediaTypeOf = ({ headers }: IngestHead): string =>
  (firstOf(headers['content-type']) ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const textOf = ({ raw }: IngestRequest): string => raw.toString('utf8');

/** Whatever the type says, the body parsed as JSON; undefined when there is none. */
export function parsedJson(request: IngestRequest): Result<unknown> {
  if (request.raw.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(textOf(request)) as unknown);
  } catch (error) {
    return fail('invalid_input', `The body is not JSON: ${errorText(error)}`);
  }
}

/** The body as JSON, from senders that are known to say so in its type. */
export const jsonOf = (request: IngestRequest): Result<unknown> =>
  request.raw.length === 0 || mediaTypeOf(request) === 'application/json'
    ? parsedJson(request)
    : fail('invalid_input', 'Send JSON with the header "Content-Type: application/json".');

/** A body's named values as forms and JSON objects have them; files keep nothing but their names. */
export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object, or a form of either encoding, told apart by their media types. A failure says what is broken. */
export async function fieldsOf(request: IngestRequest): Promise<Result<Fields>> {
  switch (mediaTypeOf(request)) {
    case 'multipart/form-data':
      return multipart(request);
    case 'application/x-www-form-urlencoded':
      return ok({ values: Object.fromEntries(new URLSearchParams(textOf(request))), files: [] });
    default: {
      const body = parsedJson(request);
      if (!body.ok) return body;
      if (body.value === undefined) return ok({ values: {}, files: [] });
      return isObject(body.value)
        ? ok({ values: body.value, files: [] })
        : fail('invalid_input', 'The body must be a JSON object.');
    }
  }
}

async function multipart({ raw, headers }: IngestRequest): Promise<Result<Fields>> {
  const type = firstOf(headers['content-type']) ?? '';
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(raw), {
      headers: { 'content-type': type },
    }).formData();
  } catch (error) {
    return fail('invalid_input', `The body is no multipart form: ${errorText(error)}`);
  }
  const values: [string, string][] = [];
  const files: string[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') values.push([name, value]);
    else files.push(value.name);
  }
  return ok({ values: Object.fromEntries(values), files });
}

/** What of a form or JSON can be read as text; undefined for what is absent or of another kind. */
export const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
