import type { z } from 'zod';
import { isIssueCode, type IssueReason } from '../contract/reasons/issue-reasons.ts';
import { fieldIssue, refuseFields, type FieldIssue, type Refusal } from '../messages/failures.ts';

const ISSUES_MAX = 20;

/** Returns every field that a schema refuses. `whole` is what the input as a whole is called. */
export const issuesOf = (error: z.ZodError, whole: 'body' | 'query' = 'body'): FieldIssue[] =>
  error.issues.flatMap((issue) => fieldIssues(issue, whole)).slice(0, ISSUES_MAX);

/** Refuses an input: the sentence names the first field, the details name all. */
export const invalidInput = (error: z.ZodError, whole?: 'body' | 'query'): Refusal =>
  refuseFields('invalid_input', issuesOf(error, whole));

function fieldIssues(issue: z.core.$ZodIssue, whole: 'body' | 'query'): FieldIssue[] {
  if (issue.code === 'unrecognized_keys' && whole === 'query' && issue.path.length === 0) {
    return issue.keys.map((key) => fieldIssue(key, { code: 'issue.unknown_query', params: {} }));
  }
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => within(issue, inner));
  const nested = issue.code === 'invalid_union' ? nearestBranch(issue) : null;
  if (nested !== null) return nested.map((inner) => within(issue, inner));
  return [fieldIssue(issue.path.map(String).join('.') || whole, reasonOf(issue))];
}

/** Returns the issues of the form that the input has, of those that the field may have; null when it has none. */
function nearestBranch({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | null {
  const isOfForm = (issues: readonly z.core.$ZodIssue[]): boolean =>
    issues.some(({ code, path }) => code === 'invalid_value' && path.length > 0) &&
    issues.every(({ path }) => path.length > 0);
  return errors.find(isOfForm) ?? null;
}

/** A problem of one word in a list, which is that of the field: a query has its lists as one text. */
const within = (outer: z.core.$ZodIssue, inner: z.core.$ZodIssue): FieldIssue =>
  fieldIssue(
    [...outer.path, ...inner.path.filter((part) => typeof part !== 'number')].join('.'),
    reasonOf(inner),
  );

/** Returns what is wrong: what the schema itself says, or what its kind of check means. */
export function reasonOf(issue: z.core.$ZodIssue): IssueReason {
  if (isIssueCode(issue.message)) return { code: issue.message, params: paramsOf(issue) } as never;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const names = issue.keys.map((key) => `"${key}"`).join(', ');
      return { code: 'issue.unknown_fields', params: { names } };
    }
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { code: 'issue.required', params: {} }
        : { code: 'issue.type', params: { expected: issue.expected } };
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ');
      return issue.values.length === 1
        ? { code: 'issue.exactly', params: { value: values } }
        : { code: 'issue.one_of', params: { values } };
    }
    case 'too_small': {
      const min = String(issue.minimum);
      if (issue.origin === 'array') return { code: 'issue.items_min', params: { min } };
      if (issue.origin !== 'string') return { code: 'issue.number_min', params: { min } };
      return Number(min) > 1
        ? { code: 'issue.chars_min', params: { min } }
        : { code: 'issue.empty', params: {} };
    }
    case 'too_big': {
      const max = String(issue.maximum);
      if (issue.origin === 'array') return { code: 'issue.items_max', params: { max } };
      const code = issue.origin === 'string' ? 'issue.chars_max' : 'issue.number_max';
      return { code, params: { max } };
    }
    default:
  }
  return { code: 'issue.invalid', params: {} };
}

const paramsOf = (issue: z.core.$ZodIssue): object =>
  issue.code === 'custom' ? (issue.params ?? {}) : {};
