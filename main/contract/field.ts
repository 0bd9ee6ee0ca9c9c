import { z } from 'zod';

/**
 * The properties of a configuration's field beside its rule, for forms, exports and sends. Its title, its help and
 * the names of its choices are messages of the catalogue.
 */
export interface FieldMeta {
  /** An example of a value. */
  readonly placeholder?: string;
  /** Never shown again once it is saved: not by the API, in a log, an export or the window. */
  readonly secret?: true;
  /** A host that a send connects to. URLs lead to theirs without it. */
  readonly isHost?: true;
  /** Text of several lines. */
  readonly multiline?: true;
  /** The window offers to make a fresh one. */
  readonly generates?: 'webhook_secret';
}

const metas = z.registry<FieldMeta>();

/** Adds to a field what its rule does not say. The rule itself stays as it was. */
export function field<Schema extends z.ZodType>(schema: Schema, meta: FieldMeta): Schema {
  metas.add(schema, meta);
  return schema;
}

export type FieldControl =
  | { readonly type: 'text' | 'url' | 'email' }
  | { readonly type: 'number'; readonly min: number | null; readonly max: number | null }
  | { readonly type: 'checkbox' }
  | { readonly type: 'select'; readonly options: readonly string[] }
  /** Names with values, both text. */
  | { readonly type: 'pairs' };

/** One field of a configuration, as a form, a command line or a document needs to know it. */
export interface Field extends FieldMeta {
  readonly name: string;
  readonly required: boolean;
  /** The value when it is left out; undefined if there is none. */
  readonly fallback: unknown;
  readonly charsMax: number | null;
  readonly control: FieldControl;
}

interface Unwrapped {
  readonly core: z.ZodType;
  readonly meta: FieldMeta | null;
  readonly required: boolean;
  readonly fallback: unknown;
}

/** Unwraps an optional field, keeping the nearest metadata. */
export function unwrap(schema: z.ZodType): Unwrapped {
  const meta = metas.get(schema) ?? null;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = unwrap(schema.unwrap() as z.ZodType);
    return { ...inner, meta: meta ?? inner.meta, required: false };
  }
  if (schema instanceof z.ZodDefault) {
    const inner = unwrap(schema.unwrap() as z.ZodType);
    const fallback: unknown = schema.parse(undefined);
    return { ...inner, meta: meta ?? inner.meta, required: false, fallback };
  }
  return { core: schema, meta, required: true, fallback: undefined };
}

function controlOf(name: string, core: z.ZodType): FieldControl {
  if (core instanceof z.ZodURL) return { type: 'url' };
  if (core instanceof z.ZodEmail) return { type: 'email' };
  if (core instanceof z.ZodString || core instanceof z.ZodStringFormat) return { type: 'text' };
  if (core instanceof z.ZodBoolean) return { type: 'checkbox' };
  if (core instanceof z.ZodNumber) {
    return { type: 'number', min: core.minValue, max: core.maxValue };
  }
  if (core instanceof z.ZodEnum) return { type: 'select', options: core.options.map(String) };
  if (core instanceof z.ZodRecord) return { type: 'pairs' };
  throw new Error(`The field ${name} has a rule that no form control stands for.`);
}

/** Returns the form control that a rule asks for. Throws when none stands for it. */
export const controlFor = (name: string, schema: z.ZodType): FieldControl =>
  controlOf(name, unwrap(schema).core);

/** Every field of a configuration in its own order. */
export function fieldsOf(schema: z.ZodObject): readonly Field[] {
  const known = described.get(schema);
  if (known) return known;
  const fields = readFields(schema);
  described.set(schema, fields);
  return fields;
}

/** Every attempt asks for the fields of its channel's kind. */
const described = new WeakMap<z.ZodObject, readonly Field[]>();

function readFields(schema: z.ZodObject): readonly Field[] {
  return Object.entries(schema.shape).map(([name, rule]) => {
    const { core, meta, required, fallback } = unwrap(rule as z.ZodType);
    const charsMax =
      core instanceof z.ZodString || core instanceof z.ZodStringFormat ? core.maxLength : null;
    return { name, required, fallback, charsMax, control: controlOf(name, core), ...meta };
  });
}

/** Returns true if an address holds more than its origin: a user, a path, a query or a fragment can be a credential. */
const isMoreThanOrigin = (address: string): boolean => {
  const url = URL.parse(address);
  return (
    url === null ||
    `${url.username}${url.password}${url.search}${url.hash}` !== '' ||
    !/^\/?$/.test(url.pathname)
  );
};

/** Returns true if a field's value is never shown: a secret, or an address that is more than its origin. */
export const isHidden = ({ secret, control }: Pick<Field, 'secret' | 'control'>, value: unknown) =>
  secret === true ||
  (control.type === 'url' && typeof value === 'string' && isMoreThanOrigin(value));

/** The fields of a configuration that may be shown. */
export function withoutSecrets(
  schema: z.ZodObject,
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shown = fieldsOf(schema).filter((each) => !isHidden(each, config[each.name]));
  return Object.fromEntries(
    shown.flatMap(({ name }) => (config[name] === undefined ? [] : [[name, config[name]]])),
  );
}
