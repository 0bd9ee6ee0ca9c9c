import { LIMITS } from '../../main/contract/limits.ts';
import { formatMatcher, parseMatcher } from '../../main/contract/matcher.ts';
import { severity } from '../../main/contract/primitives.ts';
import { text } from '../messages/text.svelte.ts';

/** They stand left of an operator, and need a value. */
const FIELDS = new Set(['severity', 'host', 'kind', 'source']);
const NAME_ALONE = /^[\w.:-]+$/;

/** Returns the matcher that was most likely meant with a word alone: a severity, or else a host. */
function matcherMeantBy(word: string): string | undefined {
  if (!NAME_ALONE.test(word) || FIELDS.has(word)) return undefined;
  const isSeverity = severity.safeParse(word).success;
  return formatMatcher({ name: isSeverity ? 'severity' : 'host', op: '=', value: word });
}

/** One line in which a matcher is typed. */
export class MatcherDraft {
  text = $state('');
  /** True once the field was left: a line shows no problem while it is typed for the first time. */
  left = $state(false);

  constructor(text = '') {
    this.text = text;
  }

  get isBlank(): boolean {
    return this.text.trim() === '';
  }

  get problem(): string | undefined {
    const isWrong = this.left && !this.isBlank && parseMatcher(this.text) === null;
    if (!isWrong) return undefined;
    const matcher = matcherMeantBy(this.text.trim());
    return matcher ? text('form.bareMatcher', { matcher }) : text('form.badMatcher');
  }
}

/** A list of matchers as it is being typed; blank lines are not sent. */
export class MatcherDrafts {
  #lines = $state.raw<readonly MatcherDraft[]>([]);

  constructor(texts: readonly string[]) {
    this.#lines =
      texts.length === 0 ? [new MatcherDraft()] : texts.map((text) => new MatcherDraft(text));
  }

  get lines(): readonly MatcherDraft[] {
    return this.#lines;
  }

  get isFull(): boolean {
    return this.#lines.length >= LIMITS.matchersMax;
  }

  /** The matchers to send. */
  get texts(): string[] {
    return this.#filled.map(({ text }) => text.trim());
  }

  toJSON(): readonly string[] {
    return this.#lines.map(({ text }) => text);
  }

  add(): void {
    this.#lines = [...this.#lines, new MatcherDraft()];
  }

  /** Adds a matcher, in the place of a last line that is still blank. */
  offer(text: string): void {
    const kept = this.#lines.at(-1)?.isBlank ? this.#lines.slice(0, -1) : this.#lines;
    this.#lines = [...kept, new MatcherDraft(text)];
  }

  remove(line: MatcherDraft): void {
    this.#lines = this.#lines.filter((other) => other !== line);
    if (this.#lines.length === 0) this.add();
  }

  /** Returns true if every line can be sent. From now on each shows its problem. */
  check(): boolean {
    for (const line of this.#lines) line.left = true;
    return this.#lines.every(({ problem }) => problem === undefined);
  }

  /** Returns the index of a line among the matchers to send; -1 while it is blank. */
  sentAt(line: MatcherDraft): number {
    return this.#filled.indexOf(line);
  }

  get #filled(): readonly MatcherDraft[] {
    return this.#lines.filter(({ isBlank }) => !isBlank);
  }
}
