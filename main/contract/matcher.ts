import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';

export interface Matcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** `name op value`; the name bare or quoted, the value bare or quoted, as Alertmanager writes matchers. */
const SYNTAX =
  /^\s*([a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\]|\\.)+")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"\s{},](?:[^"{},]*[^"\s{},])?|)\s*$/su;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads a text with or without quotes. Within them Alertmanager knows \n, \" and \\; anything else after a backslash stays as written. */
export const unquoted = (text: string): string =>
  text.startsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/gsu, (both, after: string) => ESCAPES[after] ?? both)
    : text;

/** Reads one matcher in Alertmanager's syntax, `severity="critical"` or `host=~"nas.*"`; null when it is none or too long. */
export function parseMatcher(text: string): Matcher | null {
  // The syntax takes time that grows with the square of a run of spaces.
  if (text.length > LIMITS.matcherCharsMax) return null;
  const parts = SYNTAX.exec(text);
  if (!parts) return null;
  const [, name = '', op = '=', value = ''] = parts;
  return { name: unquoted(name), op: op as Matcher['op'], value: unquoted(value) };
}

const MARKS: Readonly<Record<string, string>> = { '\n': '\\n', '"': '\\"', '\\': '\\\\' };

/** Writes a text in quotes, as `unquoted` reads it back. */
export const quoted = (text: string): string =>
  `"${text.replace(/[\n"\\]/g, (mark) => MARKS[mark] ?? mark)}"`;

/** Writes one as `parseMatcher` reads it back. */
export const formatMatcher = ({ name, op, value }: Matcher): string =>
  `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name)}${op}${quoted(value)}`;

/**
 * One matcher as text. It speaks of `severity`, `host`, `kind`, `source` or a label; a label that is
 * missing is the same as an empty one. Regular expressions are RE2 and match from end to end.
 */
export const matcher = z
  .string()
  .trim()
  .max(LIMITS.matcherCharsMax)
  .refine(
    (text) => text.length > LIMITS.matcherCharsMax || parseMatcher(text) !== null,
    issue('issue.matcher'),
  );

export const matchers = z.array(matcher).max(LIMITS.matchersMax);
