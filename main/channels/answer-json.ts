import type { z } from 'zod';
import type { HttpAnswer } from './http-client.ts';

/** What a service says in JSON, as far as `schema` describes it; null when it says something else. */
export function answerJson<Schema extends z.ZodType>(
  { body }: HttpAnswer,
  schema: Schema,
): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return schema.safeParse(value).data ?? null;
}

/**
 * Whether an answer begins as a JSON object that names `field` does. For a success, which stands even if its
 * body broke off on the way and does not parse.
 */
export const namesField = ({ body }: HttpAnswer, field: string): boolean =>
  /^\s*\{/.test(body) && body.includes(`"${field}"`);
