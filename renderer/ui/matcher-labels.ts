import { parseMatcher, type Matcher } from '../../main/contract/matcher.ts';
import type { Severity } from '../../main/contract/primitives.ts';

/** A regular expression that is really a list of words with stars: `disk_.*|smart` is "disk_* or smart". */
const SIMPLE_PATTERN = /^(?:[\w -]|\.\*)+(?:\|(?:[\w -]|\.\*)+)*$/;

const patternWords = (pattern: string): string =>
  SIMPLE_PATTERN.test(pattern)
    ? pattern.replaceAll('.*', '*').split('|').join(' or ')
    : `matching ${pattern}`;

const valueWords = ({ op, value }: Matcher): string => {
  if (value === '') return '(empty)';
  return op.endsWith('~') ? patternWords(value) : value;
};

const isNegative = ({ op }: Matcher): boolean => op.startsWith('!');

/** What stands before the value of each name; a label's is said with its name. */
const PREPOSITIONS: ReadonlyMap<string, string> = new Map([
  ['kind', 'of kind'],
  ['host', 'on'],
  ['source', 'from'],
]);

function phrase(matcher: Matcher): string {
  const preposition = PREPOSITIONS.get(matcher.name);
  const value = valueWords(matcher);
  if (preposition) return `${isNegative(matcher) ? 'not ' : ''}${preposition} ${value}`;
  return `${isNegative(matcher) ? 'without' : 'with'} ${matcher.name} ${value}`;
}

/** Without a matcher of the severity, the least one says which alerts are meant. */
const FROM_SEVERITY: Record<Severity, string> = {
  info: 'every alert',
  warning: 'warning and critical alerts',
  critical: 'critical alerts',
};

function subject(severities: readonly Matcher[], least: Severity): string {
  if (severities.length === 0) return FROM_SEVERITY[least];
  const words = severities.map(
    (matcher) => `${isNegative(matcher) ? 'not ' : ''}${valueWords(matcher)}`,
  );
  return `${words.join(', ')} alerts${least === 'info' ? '' : ` of at least ${least}`}`;
}

/** Matchers as a person would say them: "critical alerts of kind disk_* on nas". Text that is no matcher stays as it is. */
export function matcherWords(texts: readonly string[], least: Severity = 'info'): string {
  const read = texts.map((text) => ({ text, matcher: parseMatcher(text) }));
  const matchers = read.flatMap(({ matcher }) => (matcher ? [matcher] : []));
  const severities = matchers.filter(({ name }) => name === 'severity');
  const others = matchers.filter(({ name }) => name !== 'severity').map(phrase);
  const rest = read.filter(({ matcher }) => matcher === null).map(({ text }) => text);
  const phrases = [...others, ...rest];
  const about = subject(severities, least);
  const whom = phrases.length > 0 && about === 'every alert' ? 'alerts' : about;
  return [whom, ...phrases].join(' ');
}

/** The same as the beginning of a sentence. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
