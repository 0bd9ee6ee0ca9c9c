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
