import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from '../contract/language.ts';
import type { MessageArguments, MessageKey, MessageTags } from './arguments.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import { Formats } from './formats.ts';

/** A message whose text holds tags; only `rich` renders it. */
export type RichKey = keyof MessageTags;
export type TextKey = Exclude<MessageKey, RichKey>;

/** The messages of the fields of channels that stand for one part of them, such as their title. */
export type ChannelFieldKey<Part extends string> = Extract<TextKey, `channel.${string}.${Part}`>;

/** Every argument of every key that `K` may be, so that a key which is known only as one of several gets them all. */
type ArgumentsOf<K extends MessageKey> = (
  K extends MessageKey ? (needed: MessageArguments[K]) => void : never
) extends (needed: infer Needed) => void
  ? Needed
  : never;

/** Nothing for a message without arguments, else one object with all of them. */
export type TextArguments<K extends MessageKey> = keyof ArgumentsOf<K> extends never
  ? []
  : [values: ArgumentsOf<K>];

/** A piece of a rich message: plain text has no tag. */
export interface RichPart {
  readonly tag: string | null;
  readonly text: string;
}

/** Units that are counted in an interval, the largest first. */
const INTERVALS = [
  { unit: 'day', unitMs: 86_400_000 },
  { unit: 'hour', unitMs: 3_600_000 },
  { unit: 'minute', unitMs: 60_000 },
  { unit: 'second', unitMs: 1_000 },
] as const;
/** More of a unit are easier to read in two units. */
const COUNTED_MAX = 120;

type Values = Record<string, string | number>;

const CATALOGUES: Record<Language, Record<MessageKey, string>> = { en, de };

/**
 * The catalogue in one language: messages by their key, and numbers, dates and durations as `Formats`
 * writes them. What it returns is text, never HTML. A message is parsed when it is first used.
 */
export class Messages extends Formats {
  readonly language: Language;
  readonly #catalogue: Record<MessageKey, string>;
  readonly #parsed = new Map<MessageKey, IntlMessageFormat>();

  constructor(language: Language, locale: string, catalogue: Record<MessageKey, string>) {
    super(locale);
    this.language = language;
    this.#catalogue = catalogue;
  }

  has(key: string): key is MessageKey {
    return Object.hasOwn(this.#catalogue, key);
  }

  /** Returns the messages of these keys as they stand in the catalogue. */
  templates(keys: RegExp): string[] {
    const known = Object.entries(this.#catalogue);
    return known.filter(([key]) => keys.test(key)).map(([, template]) => template);
  }

  /** Returns the message with its arguments filled in. */
  text<K extends TextKey>(key: K, ...[values]: TextArguments<K>): string {
    return String(this.#message(key).format(values as Values | undefined));
  }

  /** Returns a message that holds tags in its parts, for the caller to render each tag. Tags do not nest. */
  rich<K extends RichKey>(key: K, ...[values]: TextArguments<K>): RichPart[] {
    const tags = Object.fromEntries(
      [...this.#catalogue[key].matchAll(/<(\w+)>/g)].map(([, tag = '']) => [
        tag,
        (chunks: unknown[]): RichPart => ({ tag, text: chunks.join('') }),
      ]),
    );
    return this.#message(key)
      .formatToParts<RichPart>({ ...(values as Values | undefined), ...tags })
      .map(({ value }) => (typeof value === 'string' ? { tag: null, text: value } : value));
  }

  /** Returns "just now", "5 minutes ago" or "in 2 hours". */
  relativeTime(atMs: number, nowMs: number): string {
    return this.timeFrom(atMs, nowMs) ?? this.text('time.justNow');
  }

  /** Returns the time left until a moment, as "3 min 5 sec", or "now". */
  countdown(untilMs: number, nowMs: number): string {
    return untilMs > nowMs
      ? this.duration(untilMs - nowMs, { rounding: 'remaining' })
      : this.text('time.now');
  }

  /** Returns how often something recurs: "every day", "every 2 hours". */
  every(intervalMs: number): string {
    const { unit, unitMs } = INTERVALS.find(
      ({ unitMs }) => intervalMs % unitMs === 0 && intervalMs / unitMs <= COUNTED_MAX,
    ) ?? { unit: 'other', unitMs: intervalMs };
    const duration = this.duration(intervalMs, { width: 'long' });
    return this.text('time.every', { unit, count: intervalMs / unitMs, duration });
  }

  #message(key: MessageKey): IntlMessageFormat {
    const known = this.#parsed.get(key);
    if (known) return known;
    const parsed = new IntlMessageFormat(this.#catalogue[key], this.locale);
    this.#parsed.set(key, parsed);
    return parsed;
  }
}

const cache = new Map<string, Messages>();

/** Returns the messages in a language, with dates and numbers as a region (a BCP 47 tag of that language) writes them. */
export function messagesFor(language: Language, locale: string = language): Messages {
  const known = cache.get(locale);
  if (known?.language === language) return known;
  const messages = new Messages(language, locale, CATALOGUES[language]);
  cache.set(locale, messages);
  return messages;
}

/** Returns the messages of a language as they are in its file; the window fills in one that it loads late. */
export const catalogueOf = (language: Language): Record<MessageKey, string> => CATALOGUES[language];

/** The language of answers to programs, whose readers are not known: senders, their logs, protocols. */
export const ENGLISH = messagesFor('en');
