import type { Component } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { HTMLInputAttributes } from 'svelte/elements';
import type { z } from 'zod';
import type { MessageArguments } from '../../main/messages/arguments.ts';
import type { TextKey } from '../../main/messages/messages.ts';
import { text } from '../messages/text.svelte.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';
import { ruleAt, taken, type ControlKind, type Rule } from './rule.ts';

/** A message without arguments. */
type PlainKey = {
  [K in TextKey]: keyof MessageArguments[K] extends never ? K : never;
}[TextKey];

/** A text of a form: a message, or what makes one of the draft and the path of the field. */
export type FormText = PlainKey | ((draft: Draft, path: string) => string | undefined);

/** Returns what a text of a form says. */
export const said = (what: FormText, draft: Draft, path = ''): string | undefined =>
  typeof what === 'function' ? what(draft, path) : (text as (key: PlainKey) => string)(what);

/** A choice of a select or of radio buttons. */
export interface Choice {
  readonly value: string | number | null;
  readonly label: string;
  /** Set for a name, which is the same in every language. */
  readonly isName?: true;
}

/** A field. Its kind, limits and options are those of the schema at its path, unless they are given here. */
export interface FieldPart {
  readonly field: string;
  readonly label: FormText;
  readonly hint?: FormText;
  readonly kind?: ControlKind | undefined;
  /** A message or data that shows what may be entered. */
  readonly placeholder?: FormText;
  /** The same as a literal: a value as a machine reads it, which has no translation. */
  readonly example?: string | ((draft: Draft) => string) | undefined;
  readonly required?: boolean;
  /** The problem of an empty list, where it is not that of its kind. */
  readonly empty?: FormText;
  /** Returns the label of one of the schema's options. */
  readonly option?: (option: never) => string;
  /** Returns the choices, where they are not the schema's options. */
  readonly choices?: (draft: Draft) => readonly Choice[];
  /** Writes and reads a list as text, where it is more than words with commas. */
  readonly codec?: TextCodec;
  /** Milliseconds of one unit of a duration. */
  readonly unitMs?: number | undefined;
  /** The step of a duration in milliseconds, where that is not its unit. */
  readonly stepMs?: number;
  readonly disabled?: ((draft: Draft) => boolean) | undefined;
  readonly rows?: number;
  readonly short?: true;
  readonly input?: HTMLInputAttributes;
  /** Follows a choice of the reader. */
  readonly chosen?: (draft: Draft, value: never) => void;
}

export interface TextCodec {
  readonly show: (value: never) => string;
  readonly read: (text: string) => unknown;
}

export type Part =
  | FieldPart
  /** Fields side by side. */
  | { readonly row: readonly Part[] }
  /** Fields of an object that is null unless its box is ticked; they keep their values meanwhile. */
  | {
      readonly group: string;
      readonly label: FormText;
      readonly hint?: FormText;
      readonly parts: readonly Part[];
    }
  | { readonly when: (draft: Draft) => boolean; readonly parts: readonly Part[] }
  /** The items of a list, whose fields have paths within an item. */
  | {
      readonly each: string;
      readonly legend?: FormText;
      readonly hint?: FormText;
      readonly item: (number: number) => string;
      readonly remove: (number: number) => string;
      readonly add: FormText;
      /** Returns another item. */
      readonly fresh: (draft: Draft) => object;
      readonly parts: readonly Part[];
    }
  /** Fields that few need, folded until they are asked for or one of them is wrong. */
  | { readonly fold: FormText; readonly parts: readonly Part[] }
  /** A line that follows what is typed. */
  | { readonly say: FormText }
  | { readonly own: Component<{ draft: never }> | Component<Record<string, never>> };

/** A form, described once: what it sends, what a new one begins with, and its parts in order. */
export interface FormDescription {
  /** The schema of what is sent. */
  readonly schema: z.ZodType;
  readonly fresh: (nowMs: number) => object;
  readonly parts: readonly Part[];
  /** Returns problems that only the fields together have, by path. */
  readonly check?: (draft: Draft) => Readonly<Record<string, string>>;
}

/** Returns the test that an option is chosen. */
export const chosen =
  (path: string, ...options: readonly unknown[]) =>
  (draft: Draft): boolean =>
    options.includes(draft.get(path));

type Values = Record<string, unknown>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns `fresh` with what an item has; what the item lacks keeps what a new one begins with. */
function merged(fresh: Values, item: Values): Values {
  const entries = Object.entries(item).map(([name, value]) => {
    const old = fresh[name];
    if (!isObject(old)) return [name, structuredClone(value)];
    return [name, isObject(value) ? merged(old, value) : old];
  });
  return { ...fresh, ...(Object.fromEntries(entries) as Values) };
}

const EMPTY: Partial<Record<ControlKind, FormText>> = {
  matchers: 'form.noMatcher',
  channels: 'form.noChannel',
  days: 'form.noDay',
};

/** The typed values of a form, by the paths of what is sent. */
export class Draft {
  readonly description: FormDescription;
  readonly submission = new Submission();
  readonly #values = $state<Values>({});
  /** Groups that are switched off. */
  readonly #off = new SvelteSet<string>();

  constructor(description: FormDescription, item: object | null, nowMs = 0) {
    this.description = description;
    const values = merged(description.fresh(nowMs) as Values, (item ?? {}) as Values);
    this.#values = values;
    for (const { part, at } of this.#everything()) {
      if ('group' in part) this.switch(part.group, isObject((item as Values | null)?.[part.group]));
      else if ('field' in part && this.rule(part, at).kind === 'matchers')
        this.set(at, new MatcherDrafts(this.get(at)));
    }
  }

  get<T = unknown>(path: string): T {
    return path
      .split('.')
      .reduce<unknown>((value, key) => (value as Values | undefined)?.[key], this.#values) as T;
  }

  set(path: string, value: unknown): void {
    const keys = path.split('.');
    const holder = keys.slice(0, -1).reduce((value, key) => value[key] as Values, this.#values);
    holder[keys.at(-1) ?? ''] = value;
  }

  isOn(group: string): boolean {
    return !this.#off.has(group);
  }

  switch(group: string, on: boolean): void {
    if (on) this.#off.delete(group);
    else this.#off.add(group);
  }

  /** Returns the rule of a field, with what its description adds. */
  rule({ kind, required }: FieldPart, path: string): Rule {
    const rule = ruleAt(this.description.schema, path);
    return { ...rule, ...(kind && { kind }), ...(required !== undefined && { required }) };
  }

  /** Returns what is wrong with a field, by its path in what is sent. */
  problem(path: string): string | undefined {
    return this.submission.problemAt(path);
  }

  /** Returns true if a shown field among these parts is wrong. */
  hasProblem(parts: readonly Part[]): boolean {
    return [...this.#shown(parts, '')].some(({ at }) => this.problem(at) !== undefined);
  }

  /** The entered values, as text that can only be compared. */
  get entered(): string {
    return JSON.stringify([this.#values, [...this.#off]]);
  }

  /** Returns what is sent. */
  get sent(): Values {
    const off = Object.fromEntries([...this.#off].map((group) => [group, null]));
    return taken(this.description.schema, { ...this.#values, ...off }) as Values;
  }

  /** Returns true if it can be sent; else its fields show what is wrong. */
  check(): boolean {
    const fields = [...this.#shown(this.description.parts, '')];
    const lists = fields.map(({ at }) => this.get(at)).filter((it) => it instanceof MatcherDrafts);
    const areReadable = lists.map((drafts) => drafts.check());
    if (areReadable.includes(false)) return false;
    const problems = {
      ...Object.fromEntries(fields.flatMap(({ part, at }) => this.#lack(part, at))),
      ...this.description.check?.(this),
    };
    if (Object.keys(problems).length === 0) return true;
    this.submission.refuse(problems);
    return false;
  }

  #lack(part: FieldPart, at: string): [string, string][] {
    const { kind, min } = this.rule(part, at);
    const value = this.get(at);
    if (kind === 'moment' && value === null) return [[at, text('form.noMoment')]];
    const items = value instanceof MatcherDrafts ? value.texts : value;
    const isEmpty = (min ?? 0) > 0 && Array.isArray(items) && items.length === 0;
    const problem = isEmpty ? (part.empty ?? EMPTY[kind]) : undefined;
    return problem === undefined ? [] : [[at, said(problem, this) ?? '']];
  }

  /** Every field and group, shown or not; those of lists stand for no item. */
  *#everything(
    parts: readonly Part[] = this.description.parts,
  ): Iterable<{ part: Part; at: string }> {
    for (const part of parts) {
      yield { part, at: 'field' in part ? part.field : '' };
      if ('row' in part) yield* this.#everything(part.row);
      if ('parts' in part && !('each' in part)) yield* this.#everything(part.parts);
    }
  }

  *#shown(parts: readonly Part[], within: string): Iterable<{ part: FieldPart; at: string }> {
    for (const part of parts) {
      if ('field' in part) yield { part, at: `${within}${part.field}` };
      else if ('row' in part) yield* this.#shown(part.row, within);
      else if ('when' in part) yield* part.when(this) ? this.#shown(part.parts, within) : [];
      else if ('fold' in part) yield* this.#shown(part.parts, within);
      else if ('group' in part) yield* this.isOn(part.group) ? this.#shown(part.parts, within) : [];
      else if ('each' in part)
        for (const index of this.get<unknown[]>(part.each).keys())
          yield* this.#shown(part.parts, `${part.each}.${index}.`);
    }
  }
}
