import type { z } from 'zod';
import { ENGLISH, type Messages } from '../messages/messages.ts';

export interface FieldIssue {
  readonly field: string;
  readonly problem: string;
}

const ISSUES_MAX = 20;

/**
 * Returns a validation error as one sentence that names the first field, and the list of all. `whole` is
 * what the input as a whole is called.
 */
export function describeIssues(
  error: z.ZodError,
  whole: 'body' | 'query' = 'body',
  messages: Messages = ENGLISH,
): [message: string, details: FieldIssue[]] {
  const details = error.issues
    .flatMap((issue) => fieldIssues(issue, whole, messages))
    .slice(0, ISSUES_MAX);
  const first = details[0];
  if (!first) return [messages.text('problem.invalid'), details];
  const problem = `${first.field}: ${first.problem}`;
  const count = details.length - 1;
  return [count === 0 ? problem : messages.text('problem.more', { problem, count }), details];
}

function fieldIssues(
  issue: z.core.$ZodIssue,
  whole: 'body' | 'query',
  messages: Messages,
): FieldIssue[] {
  if (issue.code === 'unrecognized_keys' && whole === 'query' && issue.path.length === 0) {
    const problem = messages.text('problem.unknownQuery');
    return issue.keys.map((key) => ({ field: key, problem }));
  }
  const nested = issue.code === 'invalid_union' ? nearestBranch(issue) : null;
  if (nested === null) {
    const field = issue.path.map(String).join('.') || whole;
    return [{ field, problem: problemOf(issue, messages) }];
  }
  // A problem of one word in a list is that of the field, since a query has its lists as one text.
  return nested.map((inner) => ({
    field: [...issue.path, ...inner.path.filter((part) => typeof part !== 'number')].join('.'),
    problem: problemOf(inner, messages),
  }));
}

/** Returns the issues of the form that the input has, of those that the field may have; null when it has none. */
function nearestBranch({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | null {
  const isOfForm = (issues: readonly z.core.$ZodIssue[]): boolean =>
    issues.some(({ code, path }) => code === 'invalid_value' && path.length > 0) &&
    issues.every(({ path }) => path.length > 0);
  return errors.find(isOfForm) ?? null;
}

/** Returns what to do about an issue: zod's own sentences are for programmers. */
export function problemOf(issue: z.core.$ZodIssue, messages: Messages = ENGLISH): string {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const names = issue.keys.map((key) => `"${key}"`).join(', ');
      return messages.text('problem.unknownFields', { names });
    }
    case 'invalid_type':
      // A schema with its own sentence for this has it for a reason.
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return issue.message.endsWith('received undefined')
        ? messages.text('problem.required')
        : messages.text('problem.type', { type: issue.expected });
    case 'invalid_value': {
      const [value, ...others] = issue.values.map(String);
      return others.length === 0
        ? messages.text('problem.exact', { value: value ?? '' })
        : messages.text('problem.oneOf', { values: issue.values.map(String).join(', ') });
    }
    case 'too_small': {
      const min = String(issue.minimum);
      if (issue.origin === 'array') return messages.text('problem.itemsMin', { min });
      if (issue.origin !== 'string') return messages.text('problem.numberMin', { min });
      return Number(min) > 1
        ? messages.text('problem.charsMin', { min })
        : messages.text('problem.empty');
    }
    case 'too_big': {
      const max = String(issue.maximum);
      if (issue.origin === 'array') return messages.text('problem.itemsMax', { max });
      return messages.text(issue.origin === 'string' ? 'problem.charsMax' : 'problem.numberMax', {
        max,
      });
    }
    default:
      return issue.message;
  }
}
