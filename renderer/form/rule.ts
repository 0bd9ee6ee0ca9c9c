import { z } from 'zod';
import { unwrap } from '../../main/contract/field.ts';
import { matcher } from '../../main/contract/matcher.ts';
import { id, moment } from '../../main/contract/primitives.ts';
import { cronExpression, timeOfDay, timeZone } from '../../main/contract/suppression.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';

export type ControlKind =
  | 'text'
  | 'url'
  | 'email'
  | 'password'
  | 'time'
  /** Text of a machine, such as an expression. */
  | 'code'
  | 'multiline'
  | 'number'
  | 'duration'
  | 'checkbox'
  | 'radio'
  | 'select'
  /** Text with commas, bound as a list. */
  | 'list'
  | 'matchers'
  | 'channels'
  | 'days'
  | 'moment'
  | 'timeZone';

/** Keeps browsers from completing, correcting or capitalising text that a machine reads. */
export const MACHINE_TEXT = {
  autocomplete: 'off',
  autocapitalize: 'off',
  spellcheck: false,
} as const;

/** The part of a schema that the control of its value needs. */
export interface Rule {
  readonly kind: ControlKind;
  readonly required: boolean;
  /** Bounds of a number, of the characters of a text or of the items of a list. */
  readonly min: number | null;
  readonly max: number | null;
  readonly options: readonly string[];
}

const KINDS = new Map<z.ZodType, ControlKind>([
  [timeZone, 'timeZone'],
  [timeOfDay, 'time'],
  [cronExpression, 'code'],
  [moment, 'moment'],
]);
const LISTS = new Map<z.ZodType, ControlKind>([
  [matcher, 'matchers'],
  [id, 'channels'],
]);
const CLASSES: readonly (readonly [new (...of: never[]) => unknown, ControlKind])[] = [
  [z.ZodBoolean, 'checkbox'],
  [z.ZodEnum, 'select'],
  [z.ZodNumber, 'number'],
  [z.ZodURL, 'url'],
  [z.ZodEmail, 'email'],
];

function kindOf(core: z.ZodType, path: string): ControlKind {
  const known = KINDS.get(core);
  if (known) return known;
  if (core instanceof z.ZodArray) {
    const element = core.element as z.ZodType;
    return LISTS.get(element) ?? (element instanceof z.ZodNumber ? 'days' : 'list');
  }
  if (core instanceof z.ZodNumber && path.endsWith('Ms')) return 'duration';
  return CLASSES.find(([type]) => core instanceof type)?.[1] ?? 'text';
}

const variantsOf = (core: z.ZodType): z.ZodObject[] =>
  (core instanceof z.ZodDiscriminatedUnion ? core.options : [core]) as z.ZodObject[];

/** Returns the schema at a path; an index leads into a list. Null when there is none. */
function schemaAt(schema: z.ZodType, [key, ...rest]: readonly string[]): z.ZodType | null {
  if (key === undefined) return schema;
  const { core } = unwrap(schema);
  if (core instanceof z.ZodArray) return schemaAt(core.element as z.ZodType, rest);
  const shape = variantsOf(core).find((each) => key in (each.shape ?? {}))?.shape;
  return shape ? schemaAt(shape[key] as z.ZodType, rest) : null;
}

/** The names of a union's variants, where the path is that of its discriminator. */
function variantNames(schema: z.ZodType, path: readonly string[]): string[] | null {
  const holder = schemaAt(schema, path.slice(0, -1));
  const core = holder && unwrap(holder).core;
  if (!(core instanceof z.ZodDiscriminatedUnion)) return null;
  const types = variantsOf(core).map(({ shape }) => shape[path.at(-1) ?? ''] as z.ZodType);
  return types.flatMap((type) => (type instanceof z.ZodLiteral ? [String(type.value)] : []));
}

/** Returns the bounds of a number, a text or a list. */
function boundsOf(core: z.ZodType): Pick<Rule, 'min' | 'max'> {
  if (core instanceof z.ZodNumber) return { min: core.minValue, max: core.maxValue };
  if (core instanceof z.ZodString || core instanceof z.ZodStringFormat)
    return { min: core.minLength, max: core.maxLength };
  const checks = (core._zod.def.checks ?? []).map(({ _zod: { def } }) => def);
  const bound = (check: string, key: string): number | null => {
    const found = checks.find((each) => each.check === check);
    return (
      ((found as Readonly<Record<string, unknown>> | undefined)?.[key] as number | null) ?? null
    );
  };
  return { min: bound('min_length', 'minimum'), max: bound('max_length', 'maximum') };
}

const TEXT: Rule = { kind: 'text', required: false, min: null, max: null, options: [] };

/** Returns the rule of what is at a path (`group.waitMs`) of a schema; that of any text where it has nothing. */
export function ruleAt(schema: z.ZodType, path: string): Rule {
  const found = path === '' ? schema : schemaAt(schema, path.split('.'));
  if (!found) return TEXT;
  const { core, required, fallback } = unwrap(found);
  const variants = core instanceof z.ZodLiteral ? variantNames(schema, path.split('.')) : null;
  const kind = variants ? 'select' : kindOf(core, path);
  const bounds = boundsOf(core);
  const mayBeEmpty = kind === 'list' && bounds.min === null;
  return {
    kind,
    required: required && fallback === undefined && !mayBeEmpty,
    ...bounds,
    options: variants ?? (core instanceof z.ZodEnum ? core.options.map(String) : []),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Returns null or undefined for blank text that may be left out, whichever the schema takes. */
function textOf(schema: z.ZodType, value: string): unknown {
  const { required, fallback } = unwrap(schema);
  if (required || fallback !== undefined) return value;
  return value.trim() || (schema.safeParse(null).success ? null : undefined);
}

/** Returns the part of a draft that a schema takes: its own fields, and of a union those of the chosen variant. */
export function taken(schema: z.ZodType, value: unknown): unknown {
  if (value instanceof MatcherDrafts) return value.texts;
  if (typeof value === 'string') return textOf(schema, value);
  if (!isRecord(value)) return value;
  const { core } = unwrap(schema);
  if (core instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => taken(core.element as z.ZodType, item));
  const shape = variantsOf(core).find((variant) =>
    Object.entries(variant.shape ?? {}).every(
      ([name, rule]) => !(rule instanceof z.ZodLiteral) || rule.value === value[name],
    ),
  )?.shape;
  if (!shape) return { ...value };
  const entries = Object.entries(shape).map(([name, rule]) => {
    return [name, taken(rule as z.ZodType, value[name])] as const;
  });
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}
