import { formatMatcher, type Matcher } from '../../main/contract/matcher.ts';
import type { IssueReason } from '../../main/contract/reasons/issue-reasons.ts';
import {
  formatSearch,
  parseSearch,
  termsByKind,
  type SearchTerm,
} from '../../main/contract/search.ts';

/** A matcher as it is being typed: a name, perhaps an operator, and the beginning of a value. */
export interface Partial {
  readonly from: number;
  readonly name: string;
  readonly op: Matcher['op'] | null;
  readonly value: string;
}

const PARTIAL = /(?:^|\s)\{?([a-zA-Z_][a-zA-Z0-9_]*)(?:(=~|!~|!=|=)"?([^"]*))?$/u;

/** A search as it is being edited: matchers as chips, and the text behind them. */
export class SearchDraft {
  #chips = $state.raw<readonly Matcher[]>([]);
  #text = $state('');

  get chips(): readonly Matcher[] {
    return this.#chips;
  }

  get text(): string {
    return this.#text;
  }

  /** The whole search as text. */
  get value(): string {
    const text = this.#text.trim();
    return [...this.#chips.map(formatMatcher), ...(text === '' ? [] : [text])].join(' ');
  }

  /** The problem with it; null when it can be searched for. */
  get problem(): IssueReason | null {
    const parsed = parseSearch(this.value);
    return parsed.ok ? null : parsed.reason;
  }

  /** The matcher at the end of the text, for suggestions; null where there is none. */
  get partial(): Partial | null {
    const found = PARTIAL.exec(this.#text);
    if (!found) return null;
    const [whole, name = '', op, value = ''] = found;
    const from = found.index + whole.search(/\S/u);
    return { from, name, op: (op as Matcher['op'] | undefined) ?? null, value };
  }

  /** Replaces all of it, unless it is the same already. */
  set(value: string): void {
    if (value === this.value) return;
    this.#chips = [];
    this.#text = value;
    this.commit();
  }

  /** Takes what was typed: a matcher becomes a chip once a space follows it. */
  type(text: string): void {
    this.#text = text;
    this.#take(({ to }) => to < text.length);
  }

  /** Makes chips of all matchers. */
  commit(): void {
    this.#take(() => true);
  }

  /** Puts a matcher, or the beginning of one, in place of what is being typed. */
  complete(written: string): void {
    this.type(this.#text.slice(0, this.partial?.from ?? this.#text.length) + written);
  }

  remove(index: number): void {
    this.#chips = this.#chips.toSpliced(index, 1);
  }

  #take(isDone: (term: SearchTerm) => boolean): void {
    const parsed = parseSearch(this.#text);
    if (!parsed.ok) return;
    const done = parsed.terms.filter((term) => term.kind === 'matcher' && isDone(term));
    if (done.length === 0) return;
    const taken = done.flatMap((term) => (term.kind === 'matcher' ? [term.matcher] : []));
    const known = this.#chips.map(formatMatcher);
    this.#chips = [...this.#chips, ...taken.filter((it) => !known.includes(formatMatcher(it)))];
    const left = parsed.terms.filter((term) => !done.includes(term));
    this.#text = left.length === 0 ? '' : formatSearch(termsByKind(left));
  }
}
