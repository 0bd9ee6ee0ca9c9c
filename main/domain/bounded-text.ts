const CUT_MARK = '… (cut)';

/** The unit of a service's limit; `json` is UTF-16 units of the text as JSON writes it. */
export type TextUnit = 'utf16' | 'codepoints' | 'bytes' | 'json';

const SIZES: Record<TextUnit, (text: string) => number> = {
  utf16: (text) => text.length,
  codepoints: (text) => [...text].length,
  bytes: (text) => Buffer.byteLength(text),
  json: (text) => JSON.stringify(text).length - 2,
};

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Returns well-formed text that is at most `max` units once it is escaped; longer text is cut between two
 * characters as a reader sees them (never within a surrogate pair, a flag or a letter with its accents), with
 * a mark. `max` must leave room for the mark. `escape` must make of a text no more than of its characters one
 * by one, and leave the mark alone.
 */
export function cutText(
  text: string,
  max: number,
  unit: TextUnit = 'utf16',
  escape: (text: string) => string = (unescaped) => unescaped,
): string {
  const whole = text.toWellFormed();
  const size = (part: string): number => SIZES[unit](escape(part));
  if (size(whole) <= max) return whole;
  const room = max - SIZES[unit](CUT_MARK);
  // More than can stay in any unit, so that a character which ends behind it is seen to be too long.
  const looked = whole.slice(0, 2 * (room + 1));
  const kept = fitting(charactersOf(looked), room, size);
  // One character with thousands of accents: better a part of it than nothing.
  return (kept === '' ? fitting([...looked], room, size) : kept) + CUT_MARK;
}

/** Returns the same, escaped. No escape is cut. */
export const boundedText = (
  text: string,
  max: number,
  unit: TextUnit = 'utf16',
  escape: (text: string) => string = (unescaped) => unescaped,
): string => escape(cutText(text, max, unit, escape));

/** Replaces what is cut out of the middle of a text. */
const MIDDLE_MARK = '\n… (cut) …\n';

/** The share of a long log that is kept from its beginning; the rest is its end. */
const HEAD_SHARE = 1 / 4;

/**
 * As `boundedText`, but of a longer text the first quarter and the last three are kept: logs begin with
 * the task and end with what went wrong.
 */
export function boundedLog(
  text: string,
  max: number,
  unit: TextUnit = 'utf16',
  escape: (text: string) => string = (unescaped) => unescaped,
): string {
  const whole = text.toWellFormed();
  const size = (part: string): number => SIZES[unit](escape(part));
  if (size(whole) <= max) return escape(whole);
  const room = max - SIZES[unit](MIDDLE_MARK);
  const headRoom = Math.floor(room * HEAD_SHARE);
  const head = fitting(charactersOf(whole.slice(0, 2 * (headRoom + 1))), headRoom, size);
  const tailRoom = room - size(head);
  // Begins within a character, perhaps, and is longer than what fits.
  const looked = charactersOf(whole.slice(-2 * (tailRoom + 2))).slice(1);
  const tail = fitting(looked.toReversed(), tailRoom, size, 'reversed');
  return escape(head) + MIDDLE_MARK + escape(tail);
}

const charactersOf = (text: string): string[] =>
  Array.from(characters.segment(text), ({ segment }) => segment);

/** Returns as many of the first parts as fit into `room`. */
function fitting(
  parts: readonly string[],
  room: number,
  size: (text: string) => number,
  order: 'forward' | 'reversed' = 'forward',
): string {
  let used = 0;
  const count = parts.findIndex((part) => (used += size(part)) > room);
  const fit = parts.slice(0, Math.max(count, 0));
  return (order === 'reversed' ? fit.toReversed() : fit).join('');
}

/** Control characters but tab and line feed: NUL cuts a C string short, the others are never meant. */
// eslint-disable-next-line no-control-regex -- they are what this is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Direction overrides would let an alert's text rearrange the text around it. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;

/** Senders' text without what is never meant to be read: only characters that stand for themselves. */
export const plainText = (text: string): string =>
  text.toWellFormed().replace(CONTROL, '').replace(DIRECTION, '').trim();
