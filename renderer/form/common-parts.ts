import type { Severity } from '../../main/contract/primitives.ts';
import { text } from '../messages/text.svelte.ts';
import type { FieldPart, FormText, Part, Draft } from './draft.svelte.ts';

/** The field of an item's name, with an example of one. */
export const nameField = (placeholder?: FormText): FieldPart => ({
  field: 'name',
  label: 'common.name',
  ...(placeholder && { placeholder }),
});

/** A few lines that say why a rule exists. */
export const COMMENT_FIELD: FieldPart = {
  field: 'comment',
  label: 'form.reason',
  kind: 'multiline',
};

export const severityField = (
  field: string,
  label: FormText = 'form.severity',
  hint?: FormText,
): FieldPart => ({
  field,
  label,
  ...(hint && { hint }),
  option: (severity: Severity) => text(`common.severity.${severity}`),
});

export const cronField = (field: string, hint: FormText): FieldPart => ({
  field,
  label: 'form.cron',
  hint,
});

export const timeZoneField = (field: string): FieldPart => ({ field, label: 'form.timeZone' });

/** Says so where a period ends on the day after it began. */
function nextDay(draft: Draft, path: string): string | undefined {
  const from = draft.get<string>(path.replace(/to$/, 'from'));
  return draft.get<string>(path) <= from ? text('form.nextDay') : undefined;
}

/** On which days a period begins, and its times of day; `within` is the period's path with a dot. */
export const weeklyParts = (within: string, label: FormText): readonly Part[] => [
  { field: `${within}days`, label },
  {
    row: [
      { field: `${within}from`, label: 'form.from' },
      { field: `${within}to`, label: 'form.to', hint: nextDay },
    ],
  },
];
