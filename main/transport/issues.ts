import type { z } from 'zod';

export interface FieldIssue {
  readonly field: string;
  readonly problem: string;
}

/** Turns a validation error into one sentence that names the first field, and a list of all. */
export function describeIssues(error: z.ZodError): [message: string, details: FieldIssue[]] {
  const details = error.issues.slice(0, 20).map((issue) => ({
    field: issue.path.map(String).join('.') || 'body',
    problem: issue.message,
  }));
  const first = details[0];
  return [first ? `${first.field}: ${first.problem}` : 'The input is not valid.', details];
}
