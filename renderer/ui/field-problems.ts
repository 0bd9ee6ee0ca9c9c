import type { Failure } from '../../main/contract/result.ts';

/** What a refused form shows: a problem beside each field it knows, and the rest above the form. */
export interface FormProblems {
  readonly fields: Readonly<Record<string, string>>;
  readonly general: string | null;
}

export const NO_PROBLEMS: FormProblems = { fields: {}, general: null };

const isIssue = (value: unknown): value is { field: string; problem: string } =>
  typeof value === 'object' &&
  value !== null &&
  'field' in value &&
  typeof value.field === 'string' &&
  'problem' in value &&
  typeof value.problem === 'string';

/** Sorts a failure's details onto the fields of a form; `known` are the paths that the form shows. */
export function problemsOf(failure: Failure, known: readonly string[]): FormProblems {
  if (failure.code === 'name_taken') {
    return { fields: { name: failure.message.replace(/^name: /, '') }, general: null };
  }
  const issues = Array.isArray(failure.details) ? failure.details.filter(isIssue) : [];
  const shown = issues.filter(({ field }) => known.includes(field));
  const fields = Object.fromEntries(shown.map(({ field, problem }) => [field, problem]));
  const complete = shown.length > 0 && shown.length === issues.length;
  return { fields, general: complete ? null : failure.message };
}
