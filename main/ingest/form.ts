import { errorText } from '../base/logger.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { IngestRequest } from './adapter.ts';
import { firstOf, mediaTypeOf } from './body.ts';

const FORM_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);

/** Whether a request says that its body is a form. */
export const isForm = (request: IngestRequest): boolean => FORM_TYPES.has(mediaTypeOf(request));

/** The text fields of a form, urlencoded or multipart; the last of several of one name. Files are left out. */
export async function formOf(request: IngestRequest): Promise<Result<ReadonlyMap<string, string>>> {
  const type = firstOf(request.headers['content-type']) ?? '';
  try {
    const body = new Uint8Array(request.raw);
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    const fields = [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    return ok(new Map(fields));
  } catch (error) {
    return fail('invalid_input', `The body is not a form: ${errorText(error)}`);
  }
}
