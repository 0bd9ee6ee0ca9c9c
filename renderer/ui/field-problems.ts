import type { Failure } from '../../main/contract/result.ts';

/** The problems of a refused form: beside each field it knows, and the rest above the form. */
export interface FormProblems {
  readonly fields: Readonly<Record<string, string>>;
  readonly general: string | null;
}

export const NO_PROBLEMS: FormProblems = { fields: {}, general: null };

interface Issue {
  readonly field: string;
  readonly problem: string;
}

const isIssue = (value: unknown): value is Issue =>
  typeof value === 'object' &&
  value !== null &&
  'field' in value &&
  typeof value.field === 'string' &&
  'problem' in value &&
  typeof value.problem === 'string';

/** Returns the field that shows a problem: itself, or the one that contains it, as a list its items. */
function shownAt(field: string, known: readonly string[]): string | null {
  if (known.includes(field)) return field;
  const end = field.lastIndexOf('.');
  return end < 0 ? null : shownAt(field.slice(0, end), known);
}

/**
 * Sorts a failure's details onto the fields of a form. `known` are the paths that the form shows; without
 * it every path counts, and the form itself says above its fields what none of them shows.
 */
export function problemsOf(failure: Failure, known: readonly string[] | null): FormProblems {
  const issues = Array.isArray(failure.details) ? failure.details.filter(isIssue) : [];
  const shown = issues.flatMap(({ field, problem }) => {
    const at = known === null ? field : shownAt(field, known);
    return at === null ? [] : [[at, problem] as const];
  });
  const complete = shown.length > 0 && shown.length === issues.length;
  return { fields: Object.fromEntries(shown), general: complete ? null : failure.message };
}
