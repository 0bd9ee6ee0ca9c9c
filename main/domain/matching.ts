import { RE2JS, RE2JSException } from 're2js';
import { LIMITS } from '../contract/limits.ts';
import { parseMatcher, type Matcher } from '../contract/matcher.ts';
import type { Severity } from '../contract/primitives.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';

/** The facts that matchers can test. */
export interface Matchable {
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  /** Tells conditions of one host and kind apart; '' or left out where there is one. */
  readonly dedupKey?: string;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
}

export type Matches = (subject: Matchable) => boolean;

/** `index` is that of the text at fault. */
export type Compiled<Test> =
  | { readonly ok: true; readonly matches: Test }
  | { readonly ok: false; readonly index: number; readonly reason: IssueReason };

export type LabelsMatch = (labels: Readonly<Record<string, string>>) => boolean;

export type ValueTest = (value: string) => boolean;

const BUILT_IN = {
  source: (subject) => subject.source,
  host: (subject) => subject.host,
  kind: (subject) => subject.kind,
  severity: (subject) => subject.severity,
} as const satisfies Record<string, (subject: Matchable) => string>;

const builtIn = (name: string): ((subject: Matchable) => string) | null =>
  Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name as keyof typeof BUILT_IN] : null;

/**
 * The names that the tools of Alertmanager use for our fields where an alert has no label of that name; see
 * alertmanager-labels.ts, which shows them so.
 */
const STANDS_IN = {
  alertname: (subject) => subject.kind,
  instance: (subject) => subject.host,
  dedup_key: (subject) => subject.dedupKey ?? '',
} as const satisfies Record<string, (subject: Matchable) => string>;

const standIn = (subject: Matchable, name: string): string | null =>
  Object.hasOwn(STANDS_IN, name) ? STANDS_IN[name as keyof typeof STANDS_IN](subject) : null;

/** Label names are a sender's, so one may be called as something that every object inherits. */
const labelOf = ({ labels }: Pick<Matchable, 'labels'>, name: string): string | null =>
  Object.hasOwn(labels, name) ? (labels[name] ?? null) : null;

/**
 * The value that stands for `name` where there can be but one, as for grouping: severity, host, kind and
 * source before a label of the same name. What is missing is ''.
 */
export const valueOf = (subject: Matchable, name: string): string =>
  builtIn(name)?.(subject) ?? labelOf(subject, name) ?? standIn(subject, name) ?? '';

/**
 * Returns a matcher that is true if any value that goes by `name` passes. A label may be called as a built-in
 * field; whoever writes a matcher cannot know which of the two is meant, so both are tested.
 */
function anyPasses(name: string, passes: ValueTest): Matches {
  const field = builtIn(name);
  if (field === null) {
    return (subject) => passes(labelOf(subject, name) ?? standIn(subject, name) ?? '');
  }
  return (subject) => {
    if (passes(field(subject))) return true;
    const label = labelOf(subject, name);
    return label !== null && passes(label);
  };
}

/** Linear in the text still means times the size of the expression, at every event. */
const PROGRAM_SIZE_MAX = 2_000;

/** RE2, from end to end. Throws a `RE2JSException` when the text is no regular expression. */
function patternTest(text: string): ValueTest {
  // RE2 takes linear time whatever the text is, and the text is hostile. A dot matches line breaks
  // as well, since ".*" means everything to whoever writes it.
  const pattern = RE2JS.compile(text, RE2JS.DOTALL);
  if (pattern.programSize() > PROGRAM_SIZE_MAX) throw new RE2JSException('too many repetitions');
  return (candidate) => pattern.testExact(candidate);
}

/** Returns the test of a value, before a negation. Throws as `patternTest` does. */
const valueTest = ({ op, value }: Matcher): ValueTest =>
  op === '=~' || op === '!~' ? patternTest(value) : (candidate) => candidate === value;

const isNegative = ({ op }: Matcher): boolean => op === '!=' || op === '!~';

/** Throws as `patternTest` does. */
function compileOne(matcher: Matcher): Matches {
  const positive = anyPasses(matcher.name, valueTest(matcher));
  return isNegative(matcher) ? (subject) => !positive(subject) : positive;
}

/** Of a set of labels alone, as Alertmanager matches. Throws as `patternTest` does. */
function compileForLabels(matcher: Matcher): LabelsMatch {
  const passes = valueTest(matcher);
  const wanted = !isNegative(matcher);
  return (labels) => passes(labelOf({ labels }, matcher.name) ?? '') === wanted;
}

function patternProblem(thrown: unknown): IssueReason {
  if (!(thrown instanceof RE2JSException)) throw thrown;
  const error = thrown.message.replace('(?s)', '').replace(/^error parsing regexp: /, '');
  return { code: 'issue.pattern', params: { error } };
}

/** Compiles a regular expression in RE2 syntax that matches from end to end. */
export function compilePattern(text: string): Compiled<ValueTest> {
  try {
    return { ok: true, matches: patternTest(text) };
  } catch (error) {
    return { ok: false, index: 0, reason: patternProblem(error) };
  }
}

function compileAll<Subject>(
  texts: readonly string[],
  compile: (matcher: Matcher) => (subject: Subject) => boolean,
): Compiled<(subject: Subject) => boolean> {
  const tests: ((subject: Subject) => boolean)[] = [];
  const refused = (index: number, reason: IssueReason) => ({ ok: false, index, reason }) as const;
  for (const [index, text] of texts.entries()) {
    if (text.length > LIMITS.matcherCharsMax) {
      const max = String(LIMITS.matcherCharsMax);
      return refused(index, { code: 'issue.chars_max', params: { max } });
    }
    const matcher = parseMatcher(text);
    if (matcher === null) return refused(index, { code: 'issue.matcher', params: {} });
    try {
      tests.push(compile(matcher));
    } catch (error) {
      return refused(index, patternProblem(error));
    }
  }
  return { ok: true, matches: (subject) => tests.every((test) => test(subject)) };
}

/**
 * Reads matchers in Alertmanager's syntax (contract/matcher.ts); all of them must hold, and none holds
 * for everything. Regular expressions are RE2 and match from end to end.
 */
export const compileMatchers = (texts: readonly string[]): Compiled<Matches> =>
  compileAll(texts, compileOne);

/** The same for a set of labels and nothing else. */
export const compileLabelMatchers = (texts: readonly string[]): Compiled<LabelsMatch> =>
  compileAll(texts, compileForLabels);

/**
 * Returns true if no matcher names anything: each is positive and takes an empty value. Alertmanager
 * refuses a silence of such matchers, which would cover whatever lacks those labels. A negative matcher
 * names the value that it excludes, so it counts. What cannot be read names nothing either.
 */
export const allTakeEmpty = (texts: readonly string[]): boolean =>
  texts.every((text) => {
    const matcher = parseMatcher(text);
    return matcher === null || (!isNegative(matcher) && valueTest(matcher)(''));
  });
