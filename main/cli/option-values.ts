import { InvalidArgumentError, Option } from 'commander';

/** Readers of option values. What they refuse ends the command as misuse, with the option's name before the words. */

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `15m`, `2h`, `1d`, `1w`, or several together, `1h30m`; milliseconds. */
export function durationMs(word: string): number {
  const parts = [...word.matchAll(/(\d{1,6})(min|[smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== word) {
    throw new InvalidArgumentError('It must be a duration such as 30m, 2h or 1d12h.');
  }
  return parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0),
    0,
  );
}

/** ISO 8601; by this machine's clock when it names no offset. Milliseconds since 1970. */
export function momentMs(word: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(word) ? Date.parse(word) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw new InvalidArgumentError('It must be a time such as 2026-03-29T18:00.');
  }
  return atMs;
}

/** A reader of whole numbers from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (word: string): number => {
    const number = Number(word);
    if (!/^\d+$/.test(word) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return number;
  };

/** Collects `name=value` pairs over repeated options. */
export function pair(
  word: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const at = word.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [word.slice(0, at)]: word.slice(at + 1) };
}

/** An option that takes one or more of `choices`, separated by commas; `all` stands for every one of them. */
export function listOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices([...choices, 'all']).argParser((word: string) => {
    if (word === 'all') return [...choices];
    const words = word.split(',');
    const strange = words.find((it) => !choices.includes(it));
    if (strange === undefined) return words;
    throw new InvalidArgumentError(`It must be one or more of ${choices.join(', ')}; or all.`);
  });
}
