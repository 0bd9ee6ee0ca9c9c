import { parseMatcher, type Matcher } from '../../main/contract/matcher.ts';
import { severity, type Severity } from '../../main/contract/primitives.ts';
import { messages, text } from '../messages/text.svelte.ts';

/** A regular expression that is really a list of words with stars: `disk_.*|smart` is "disk_* or smart". */
const SIMPLE_PATTERN = /^(?:[\w -]|\.\*)+(?:\|(?:[\w -]|\.\*)+)*$/;

/** A severity is written in the reader's language, and any other value as it is. */
const valueOf = (name: string, value: string): string => {
  const known = severity.options.find((option) => name === 'severity' && option === value);
  return known ? text(`matcher.severity.${known}`) : value;
};

function valueText({ name, op, value }: Matcher): string {
  if (value === '') return text('matcher.empty');
  if (!op.endsWith('~')) return valueOf(name, value);
  if (!SIMPLE_PATTERN.test(value)) return text('matcher.pattern', { pattern: value });
  const values = value.replaceAll('.*', '*').split('|');
  return messages().list(
    values.map((each) => valueOf(name, each)),
    'or',
  );
}

const isNegative = ({ op }: Matcher): boolean => op.startsWith('!');

const PLACES = ['kind', 'host', 'source'] as const;

function phrase(matcher: Matcher): string {
  const { name } = matcher;
  const value = valueText(matcher);
  const place = PLACES.find((known) => known === name);
  if (place)
    return text(isNegative(matcher) ? `matcher.not.${place}` : `matcher.is.${place}`, { value });
  return text(isNegative(matcher) ? 'matcher.without' : 'matcher.with', { name, value });
}

/** Returns the alerts that one plain comparison of the severity leaves, or null for any other matcher. */
function severityAlerts({ op, value }: Matcher): string | null {
  const known = severity.options.find((option) => option === value);
  if (!known || op.endsWith('~')) return null;
  return text(op === '=' ? `matcher.only.${known}` : `matcher.except.${known}`);
}

function subject(severities: readonly Matcher[], least: Severity): string {
  if (severities.length === 0) return text(`matcher.least.${least}`);
  const phrases = severities.map((matcher) =>
    isNegative(matcher)
      ? text('matcher.not.severity', { value: valueText(matcher) })
      : valueText(matcher),
  );
  const [first, ...others] = severities;
  const plain = first && others.length === 0 ? severityAlerts(first) : null;
  const alerts = plain ?? text('matcher.severities', { severities: phrases.join(', ') });
  return least === 'info'
    ? alerts
    : text('matcher.atLeast', { alerts, least: valueOf('severity', least) });
}

/**
 * Returns which alerts matchers match, as a noun phrase: "critical alerts of kind disk_* on nas". Text that
 * is no matcher stays as it is.
 */
export function alertsMatching(texts: readonly string[], least: Severity = 'info'): string {
  const read = texts.map((written) => ({ written, matcher: parseMatcher(written) }));
  const matchers = read.flatMap(({ matcher }) => (matcher ? [matcher] : []));
  const severities = matchers.filter(({ name }) => name === 'severity');
  const phrases = [
    ...matchers.filter(({ name }) => name !== 'severity').map(phrase),
    ...read.filter(({ matcher }) => matcher === null).map(({ written }) => written),
  ];
  const isAny = phrases.length > 0 && severities.length === 0 && least === 'info';
  return [isAny ? text('matcher.alerts') : subject(severities, least), ...phrases].join(' ');
}

/** Returns the same as the beginning of a sentence. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
