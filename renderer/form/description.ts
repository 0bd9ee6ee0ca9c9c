import type { Component } from 'svelte';
import type { HTMLInputAttributes } from 'svelte/elements';
import type { z } from 'zod';
import type { MessageArguments } from '../../main/messages/arguments.ts';
import type { TextKey } from '../../main/messages/messages.ts';
import { text } from '../messages/text.svelte.ts';
import type { Draft } from './draft.svelte.ts';
import type { ControlKind } from './rule.ts';

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
}

/** A field. Its kind, limits and options are those of the schema at its path, unless they are given here. */
export interface FieldPart {
  readonly field: string;
  readonly label: FormText;
  readonly hint?: FormText;
  readonly kind?: ControlKind;
  /** A message or data that shows what may be entered. */
  readonly placeholder?: FormText;
  /** The same as a literal: a value as a machine reads it, which has no translation. */
  readonly example?: string | ((draft: Draft) => string);
  readonly required?: boolean;
  /** What is wrong with an empty list, where its kind does not say it well enough. */
  readonly empty?: FormText;
  /** Returns the label of one of the schema's options. */
  readonly option?: (option: never) => string;
  /** Returns the choices, where they are not the schema's options. */
  readonly choices?: (draft: Draft) => readonly Choice[];
  /** Writes and reads a list as text, where it is more than words with commas. */
  readonly codec?: TextCodec;
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
