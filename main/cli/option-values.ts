import { InvalidArgumentError, Option } from 'commander';
import type { Messages } from '../messages/messages.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Returns the readers of option values. A refused value ends the command as misuse, with the option's name before the problem. */
export const optionValues = (messages: Messages) => ({
  /** Reads `90s`, `15m`, `2h`, `1d`, `1w`, or several together, `1h30m`; milliseconds. */
  durationMs: (word: string): number => {
    const parts = [...word.matchAll(/(\d{1,6})(min|[smhdw])/g)];
    if (parts.length === 0 || parts.map(([part]) => part).join('') !== word) {
      throw new InvalidArgumentError(messages.text('cli.value.duration'));
    }
    return parts.reduce(
      (sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0),
      0,
    );
  },

  /** Reads ISO 8601, by this machine's clock when it names no offset. Milliseconds since 1970. */
  momentMs: (word: string): number => {
    const atMs = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(word) ? Date.parse(word) : Number.NaN;
    if (Number.isNaN(atMs)) {
      throw new InvalidArgumentError(messages.text('cli.value.moment'));
    }
    return atMs;
  },

  /** Returns a reader of whole numbers from `min` to `max`. */
  wholeNumber(min: number, max: number) {
    return (word: string): number => {
      const number = Number(word);
      if (!/^\d+$/.test(word) || number < min || number > max) {
        throw new InvalidArgumentError(messages.text('cli.value.number', { min, max }));
      }
      return number;
    };
  },

  /** Collects `name=value` pairs over repeated options. */
  pair: (
    word: string,
    before: Readonly<Record<string, string>> | undefined,
  ): Readonly<Record<string, string>> => {
    const at = word.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(messages.text('cli.value.pair'));
    return { ...before, [word.slice(0, at)]: word.slice(at + 1) };
  },

  /** Returns an option that takes one or more of `choices`, separated by commas; `all` stands for every one. */
  listOption(flags: string, description: string, choices: readonly string[]): Option {
    return new Option(flags, description).choices([...choices, 'all']).argParser((word: string) => {
      if (word === 'all') return [...choices];
      const words = word.split(',');
      if (words.every((it) => choices.includes(it))) return words;
      const values = choices.join(', ');
      throw new InvalidArgumentError(messages.text('cli.value.list', { values }));
    });
  },
});
