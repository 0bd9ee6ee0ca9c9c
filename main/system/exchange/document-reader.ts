import type { z } from 'zod';
import { configDocument, type ConfigDocument } from '../../contract/config-document.ts';
import type { FileProblem } from '../../contract/config-exchange.ts';
import type { IssueReason } from '../../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../../contract/result.ts';
import { reasonOf } from '../../domain/issues.ts';
import { fieldIssue, refuse } from '../../messages/failures.ts';
import type { YamlReading, YamlText } from './yaml-text.ts';

/** Enough to fix a file with; the rest shows when these are fixed. */
const PROBLEMS_MAX = 50;

/** A file that says what a configuration can say, and where in it everything stands. */
export interface ReadDocument {
  readonly document: ConfigDocument;
  readonly text: YamlText;
}

/** Reads a whole file, or says everything that is wrong with it, each with its line. */
export function readDocument(reading: YamlReading): Result<ReadDocument> {
  if (!reading.ok) return badFile(reading.problems);
  const { text } = reading;
  const parsed = configDocument.safeParse(text.value);
  if (parsed.success) return ok({ document: parsed.data, text });
  return badFile(
    parsed.error.issues.map((issue) =>
      problemAt(text, issue.path, reasonOf(issue), strangerIn(issue)),
    ),
  );
}

/** Returns a problem with its line: that of `inner`, where the problem is one within what the path names. */
export const problemAt = (
  text: YamlText,
  path: readonly PropertyKey[],
  reason: IssueReason,
  inner: readonly PropertyKey[] = [],
): FileProblem => ({
  ...fieldIssue(path.map(String).join('.') || 'file', reason),
  line: text.lineOf([...path, ...inner]),
});

/** The first field that nobody knows, if that is the problem. */
export const strangerIn = (issue: z.core.$ZodIssue): readonly PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];

/** The failure that says so, in the order of the file. */
export function badFile(problems: readonly FileProblem[]): Result<never> {
  const details = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, PROBLEMS_MAX);
  const [first] = details;
  if (!first) return refuse('invalid_input', { code: 'error.no_file', params: {} });
  const { field, line, reason: because } = first;
  const params = { field, because, more: problems.length - 1 };
  return refuse(
    'invalid_input',
    line === null
      ? { code: 'error.field', params }
      : { code: 'error.file', params: { ...params, line } },
    details,
  );
}
