import { stripVTControlCharacters } from 'node:util';

/**
 * The characters of a sender that must never reach a terminal: control characters (C0, DEL, C1) move the cursor,
 * set the title or paste; marks of direction and invisible characters make a line read as another one. The
 * joiners U+200C and U+200D stay, since scripts and emoji need them.
 */
const UNSAFE =
  /[\p{Cc}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e0fff}]/gu;
const BREAKS = /[\s\u{85}]+/gu;

/** Untrusted text in one line: breaks and tabs become a space, escape sequences and controls go. */
export const safeLine = (text: string): string =>
  stripVTControlCharacters(text).replace(BREAKS, ' ').replace(UNSAFE, '').trim();

/** Untrusted text that keeps its line breaks. A lone carriage return counts as one, or it would overwrite its line. */
export const safeBlock = (text: string): string =>
  stripVTControlCharacters(text)
    .split(/\r\n|[\n\r\u{85}\u{2028}\u{2029}]/u)
    .map((line) => line.replaceAll('\t', '    ').replace(UNSAFE, '').trimEnd())
    .join('\n')
    .trim();

const safeString = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?|[\u{85}\u{2028}\u{2029}]/gu, '\n')
    .replaceAll('\t', '    ')
    .replace(UNSAFE, (mark) => (mark === '\n' ? mark : ''));

/**
 * Returns a copy of a JSON value whose strings and names have no control characters but line breaks.
 * Where two names of one object become the same, the later one gets underscores, so that nothing is lost.
 */
export function safeValue(value: unknown): unknown {
  if (typeof value === 'string') return safeString(value);
  if (Array.isArray(value)) return value.map(safeValue);
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map<string, unknown>();
  // Names that need no change keep their place; a forged one must not take it.
  const entries = Object.entries(value);
  const unchanged = new Set(entries.flatMap(([name]) => (safeString(name) === name ? [name] : [])));
  for (const [name, member] of entries) {
    let safe = safeString(name);
    if (safe !== name) while (unchanged.has(safe) || members.has(safe)) safe += '_';
    members.set(safe, safeValue(member));
  }
  return Object.fromEntries(members);
}

/**
 * A value as one JSON document. JSON leaves DEL, C1 and direction marks as they are, which a terminal
 * may act on; escaped they mean the same to every parser.
 */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(UNSAFE, (mark) => (mark === '\n' ? mark : escaped(mark)));

const escaped = (mark: string): string =>
  mark
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
