import type { z } from 'zod';

export interface FieldIssue {
  readonly field: string;
  readonly problem: string;
}

/**
 * Turns a validation error into one sentence that names the first field, and a list of all. `whole` is
 * what the input as a whole is called.
 */
export function describeIssues(
  error: z.ZodError,
  whole: 'body' | 'query' = 'body',
): [message: string, details: FieldIssue[]] {
  const details = error.issues.flatMap((issue) => fieldIssues(issue, whole)).slice(0, ISSUES_MAX);
  const first = details[0];
  if (!first) return ['The input is not valid.', details];
  const more = details.length === 1 ? '' : ` (and ${details.length - 1} more)`;
  return [`${first.field}: ${first.problem}${more}`, details];
}

const ISSUES_MAX = 20;

function fieldIssues(issue: z.core.$ZodIssue, whole: 'body' | 'query'): FieldIssue[] {
  if (issue.code === 'unrecognized_keys' && whole === 'query' && issue.path.length === 0) {
    return issue.keys.map((key) => ({ field: key, problem: 'there is no such query field here' }));
  }
  const nested = issue.code === 'invalid_union' ? nearestBranch(issue) : null;
  if (nested !== null) return nested.map((inner) => within(issue, inner));
  return [{ field: issue.path.map(String).join('.') || whole, problem: problemOf(issue) }];
}

/** Of the forms that a field may have, the one that the input is of; null when it is of none. */
function nearestBranch({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | null {
  const isOfForm = (issues: readonly z.core.$ZodIssue[]): boolean =>
    issues.some(({ code, path }) => code === 'invalid_value' && path.length > 0) &&
    issues.every(({ path }) => path.length > 0);
  return errors.find(isOfForm) ?? null;
}

/** A problem of one word in a list, which is that of the field: a query has its lists as one text. */
const within = (outer: z.core.$ZodIssue, inner: z.core.$ZodIssue): FieldIssue => ({
  field: [...outer.path, ...inner.path.filter((part) => typeof part !== 'number')].join('.'),
  problem: problemOf(inner),
});

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
