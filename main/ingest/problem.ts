import type { z } from 'zod';
import { fail, type Result } from '../contract/result.ts';
import { problemIn } from '../domain/issues.ts';

/** What is wrong with a body, by the name of its first field that is. */
export const unreadable = (error: z.ZodError): Result<never> =>
  fail('invalid_input', problemIn(error));
