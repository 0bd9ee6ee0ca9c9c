import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Failure } from './outcome.ts';

/**
 * The part of a message that is scanned: what grouping needs is at the beginning, and the rest of a hostile
 * message is not worth looking at.
 */
const SCANNED_CHARS_MAX = 2_000;
const CAUSE_CHARS_MAX = 200;

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME_OF_DAY =
  '\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?';

interface Particular {
  readonly pattern: RegExp;
  /** Returns the text that stands in its place; null when the match is none after all. */
  readonly placeholder: (found: string) => string | null;
}

const always = (placeholder: string) => () => placeholder;

const HAS_LETTER = /[a-z]/i;
const HAS_DIGIT = /\d/;
const THREE_DIGITS = /(?:\d\D*){3}/;
const LONG_ID_CHARS_MIN = 16;

/**
 * In order: what holds other particulars comes before them. No pattern can backtrack over more than a
 * bounded stretch (every repetition is bounded, or nothing that could fail follows it), so that the
 * time is linear in what is scanned.
 */
const PARTICULARS: readonly Particular[] = [
  { pattern: /"[^"]{0,300}"|`[^`]{0,300}`|“[^”]{0,300}”/g, placeholder: always('<value>') },
  // Not the apostrophes of "the receiver's".
  { pattern: /(?<!\w)'[^']{1,300}'(?!\w)/g, placeholder: always('<value>') },
  {
    pattern: /(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)/gi,
    placeholder: always('<id>'),
  },
  { pattern: /(?<![\w:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])/gi, placeholder: always('<id>') },
  {
    pattern: new RegExp(`(?<!\\w)\\d{4}-\\d\\d-\\d\\d(?:[T ]${TIME_OF_DAY})?(?!\\w)`, 'g'),
    placeholder: always('<time>'),
  },
  {
    // RFC 9110 §5.6.7, which is how HTTP and mail servers write a moment.
    pattern: new RegExp(
      `(?<!\\w)(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\\d{1,2} ${MONTH} \\d{4}(?: ${TIME_OF_DAY})?(?!\\w)`,
      'g',
    ),
    placeholder: always('<time>'),
  },
  {
    pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?![\w.]*\w)/g,
    placeholder: always('<ip>'),
  },
  { pattern: /\[[0-9a-f:.]{2,45}(?:%\w{1,16})?\]/gi, placeholder: ipv6 },
  { pattern: /(?<![\w:])[0-9a-f:]{2,39}(?:%\w{1,16})?(?![\w:])/gi, placeholder: ipv6 },
  {
    pattern: new RegExp(`(?<![\\w:])${TIME_OF_DAY}(?![\\w:])`, 'g'),
    placeholder: always('<time>'),
  },
  { pattern: /(?<=[\w\]>.-]):\d{1,5}(?!\w)/g, placeholder: always(':<port>') },
  { pattern: /(?<!\w)0x[0-9a-f]+/gi, placeholder: always('<id>') },
  {
    pattern: /(?<!\w)[0-9a-f]{7,}(?!\w)/gi,
    placeholder: (found) => (HAS_DIGIT.test(found) && HAS_LETTER.test(found) ? '<id>' : null),
  },
  {
    // Words in capitals with a digit are error codes; whoever has several is a request's or a token's id.
    pattern: /(?<!\w)\w{7,}(?!\w)/g,
    placeholder: (found) =>
      found.length >= LONG_ID_CHARS_MIN && HAS_LETTER.test(found) && THREE_DIGITS.test(found)
        ? '<id>'
        : null,
  },
  // A status code is the cause itself; "x509" and "v1.2" are names.
  { pattern: /(?<![\w.]|HTTP )\d+(?:[.,]\d+)*/g, placeholder: always('<n>') },
];

/** Two colons in a row, or seven colons: everything else of that look is a time or a word. */
function ipv6(found: string): string | null {
  return found.includes('::') || found.split(':').length === 8 ? '<ip>' : null;
}

/**
 * Returns the text without what differs from one failure to the next (ids, addresses, ports, numbers,
 * times, quoted values). An HTTP status stays. At most 200 characters; time linear in at most 2,000
 * characters of `text`.
 */
export function withoutParticulars(text: string): string {
  let rest = text.slice(0, SCANNED_CHARS_MAX).toWellFormed();
  for (const { pattern, placeholder } of PARTICULARS) {
    rest = rest.replace(pattern, (found) => placeholder(found) ?? found);
  }
  return cut(rest.replace(/[\s\p{Cc}]+/gu, ' ').trim());
}

/** Parameters that differ from one failure to the next, or follow from the others. */
const PARTICULAR_PARAMS: ReadonlySet<string> = new Set([
  'problem',
  'recipients',
  'delivered',
  'fields',
  'text',
]);

function discriminating(reason: FailureReason): Record<string, unknown> {
  const kept = Object.entries(reason.params as Record<string, unknown>)
    .filter(([name]) => !PARTICULAR_PARAMS.has(name))
    .map(([name, value]) => [
      name,
      name === 'because' ? codeAndParams(value as FailureReason) : value,
    ]);
  return Object.fromEntries(kept) as Record<string, unknown>;
}

const codeAndParams = (reason: FailureReason) => [reason.code, discriminating(reason)] as const;

/**
 * Returns what failures of the same cause have in common, to group dead letters by: the code, the
 * parameters that tell causes apart, and what the receiver said without its particulars. At most 1,000
 * characters, the same in every version; migration 0019 writes it for what is older.
 */
export function causeOf({
  reason,
  receiverText,
}: Pick<Failure, 'reason' | 'receiverText'>): string {
  const text = reason.code === 'legacy' ? reason.params.text : (receiverText ?? '');
  return JSON.stringify([...codeAndParams(reason), withoutParticulars(text)]);
}

/** Returns the receiver's words in a cause; of what is older than reasons, the cause itself. */
export const causeText = (cause: string): string =>
  (JSON.parse(cause) as [string, unknown, string])[2];

/** Returns true for a text that `causeOf` may have written. */
export function isCause(text: string): boolean {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) && typeof parts[2] === 'string';
  } catch {
    return false;
  }
}

/** Never between the halves of one character. */
function cut(text: string): string {
  if (text.length <= CAUSE_CHARS_MAX) return text;
  const last = text.charCodeAt(CAUSE_CHARS_MAX - 1);
  const isFirstHalf = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, CAUSE_CHARS_MAX - (isFirstHalf ? 1 : 0)).trimEnd();
}
