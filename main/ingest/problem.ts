import type { z } from 'zod';
import { fail, type Result } from '../contract/result.ts';

/** The first thing that is wrong with a body, by the name of its field. */
export function unreadable(error: z.ZodError): Result<never> {
  const [issue] = error.issues;
  const field = issue?.path.map(String).join('.') || 'body';
  return fail('invalid_input', `${field}: ${issue?.message ?? 'is not valid'}`);
}
