import { RE2JS, RE2JSException } from 're2js';
import { parseMatcher, type Matcher } from '../contract/matcher.ts';
import type { Severity } from '../contract/primitives.ts';

/** What matchers speak of. */
export interface Matchable {
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
}

export type Matches = (subject: Matchable) => boolean;

/** `index` is that of the text at fault; `message` says what it must be, for people. */
export type Compiled =
  | { readonly ok: true; readonly matches: Matches }
  | { readonly ok: false; readonly index: number; readonly message: string };

type ValueTest = (value: string) => boolean;

const BUILT_IN = {
  source: (subject) => subject.source,
  host: (subject) => subject.host,
  kind: (subject) => subject.kind,
  severity: (subject) => subject.severity,
} as const satisfies Record<string, (subject: Matchable) => string>;

const builtIn = (name: string): ((subject: Matchable) => string) | null =>
  Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : null;

/** Label names are a sender's, so one may be called as something that every object inherits. */
const labelOf = (subject: Matchable, name: string): string | null =>
  Object.hasOwn(subject.labels, name) ? (subject.labels[name] ?? null) : null;

/**
 * The value that stands for `name` where there can be but one, as for grouping: severity, host, kind and
 * source before a label of the same name. What is missing is ''.
 */
export const valueOf = (subject: Matchable, name: string): string =>
  builtIn(name)?.(subject) ?? labelOf(subject, name) ?? '';

/**
 * Whether any value that goes by `name` passes. A label may be called as a built-in field; whoever
 * writes a matcher cannot know which of the two is meant, so both are asked.
 */
function anyPasses(name: string, passes: ValueTest): Matches {
  const field = builtIn(name);
  if (field === null) return (subject) => passes(labelOf(subject, name) ?? '');
  return (subject) => {
    if (passes(field(subject))) return true;
    const label = labelOf(subject, name);
    return label !== null && passes(label);
  };
}

/** Linear in the text still means times the size of the expression, at every event. */
const PROGRAM_SIZE_MAX = 2_000;

/** Throws a `RE2JSException` when the value is no regular expression. */
function compileOne({ name, op, value }: Matcher): Matches {
  const negative = op === '!=' || op === '!~';
  let passes: ValueTest = (candidate) => candidate === value;
  if (op === '=~' || op === '!~') {
    // RE2 takes linear time whatever the text is, and the text is hostile. A dot matches line breaks
    // as well, since ".*" means everything to whoever writes it.
    const pattern = RE2JS.compile(value, RE2JS.DOTALL);
    if (pattern.programSize() > PROGRAM_SIZE_MAX) throw new RE2JSException('too many repetitions');
    passes = (candidate) => pattern.testExact(candidate);
  }
  const positive = anyPasses(name, passes);
  return negative ? (subject) => !positive(subject) : positive;
}

/**
 * Reads matchers in Alertmanager's syntax (contract/matcher.ts); all of them must hold, and none holds
 * for everything. Regular expressions are RE2 and match from end to end.
 */
export function compileMatchers(texts: readonly string[]): Compiled {
  const tests: Matches[] = [];
  for (const [index, text] of texts.entries()) {
    const matcher = parseMatcher(text);
    if (matcher === null)
      return { ok: false, index, message: 'must be a matcher such as host="nas"' };
    try {
      tests.push(compileOne(matcher));
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      const why = error.message.replace('(?s)', '').replace(/^error parsing regexp: /, '');
      return { ok: false, index, message: `must hold a regular expression in RE2 syntax (${why})` };
    }
  }
  return { ok: true, matches: (subject) => tests.every((test) => test(subject)) };
}
