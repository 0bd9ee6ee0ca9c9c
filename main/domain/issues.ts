import type { z } from 'zod';

export interface FieldIssue {
  readonly field: string;
  readonly problem: string;
}

/** Turns a validation error into one sentence that names the first field, and a list of all. */
export function describeIssues(error: z.ZodError): [message: string, details: FieldIssue[]] {
  const details = error.issues.slice(0, 20).map((issue) => ({
    field: issue.path.map(String).join('.') || 'body',
    problem: problemOf(issue),
  }));
  const first = details[0];
  if (!first) return ['The input is not valid.', details];
  const more = details.length === 1 ? '' : ` (and ${details.length - 1} more)`;
  return [`${first.field}: ${first.problem}${more}`, details];
}

/** zod's own words speak to programmers; these say what to do. */
export function problemOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has no field called ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_type':
      // A schema that has words of its own for this has chosen them with care.
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `must be ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `must hold ${String(issue.minimum)} or more`;
      if (issue.origin !== 'string') return `must be ${String(issue.minimum)} or more`;
      return Number(issue.minimum) > 1
        ? `must have ${String(issue.minimum)} characters or more`
        : 'must not be empty';
    case 'too_big':
      if (issue.origin === 'array') return `must hold ${String(issue.maximum)} or less`;
      return issue.origin === 'string'
        ? `must not be longer than ${String(issue.maximum)} characters`
        : `must be ${String(issue.maximum)} or less`;
    default:
      return issue.message;
  }
}

const withArticle = (type: string): string => {
  const word = type === 'int' ? 'integer' : type;
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
};
