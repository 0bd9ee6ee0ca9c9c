import { z } from 'zod';

/** A card of the settings view; the order of the settings is the order of the cards. */
export type SettingSection =
  | 'language'
  | 'flapping'
  | 'expiry'
  | 'storms'
  | 'links'
  | 'pictures'
  | 'retention'
  | 'receiving'
  | 'mail'
  | 'desktop'
  | 'updates'
  | 'backups';

/**
 * The properties of a setting in a form, beside its rule. Title and help are the messages
 * `settings.<name>.title` and `.help`.
 */
interface SettingForm {
  /** Absent for a setting that has its own view. */
  readonly section?: SettingSection;
  /** Milliseconds of one unit, for a number that is a length of time. */
  readonly unitMs?: number;
  /** A value as it may be entered. */
  readonly example?: string;
  /** The switch without which it has no effect. */
  readonly needs?: string;
  /** The only system on which it has an effect; absent for one that has an effect everywhere. */
  readonly platform?: NodeJS.Platform;
}

/** One setting: the rule of its value, what a fresh installation begins with, and its form. */
export class Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly initial: z.output<Schema>;
  readonly form: SettingForm;

  constructor(schema: Schema, initial: z.output<Schema>, form: SettingForm = {}) {
    this.schema = schema;
    this.initial = initial;
    this.form = form;
  }
}

/** Settings by name; those that belong together stand in a group. */
type Group = Readonly<Record<string, Setting>>;
export type SettingTree = Readonly<Record<string, Setting | Group>>;

export type ShapeOf<Tree> = {
  -readonly [K in keyof Tree]: Tree[K] extends Setting<infer Schema>
    ? Schema
    : ShapeOf<Tree[K]> extends infer Inner extends z.ZodRawShape
      ? z.ZodObject<Inner>
      : never;
};
export type PatchOf<Tree> = {
  -readonly [K in keyof Tree]: Tree[K] extends Setting<infer Schema>
    ? z.ZodOptional<Schema>
    : PatchOf<Tree[K]> extends infer Inner extends z.ZodRawShape
      ? z.ZodOptional<z.ZodObject<Inner, z.core.$strict>>
      : never;
};
export type ValuesOf<Tree> = {
  [K in keyof Tree]: Tree[K] extends Setting<infer Schema> ? z.output<Schema> : ValuesOf<Tree[K]>;
};

const map = (tree: SettingTree, each: (node: Setting | Group) => unknown): never =>
  Object.fromEntries(Object.entries(tree).map(([name, node]) => [name, each(node)])) as never;

/** Returns the rule of each setting, as the shape of an object's schema. */
export const shapeOf = <Tree extends SettingTree>(tree: Tree): ShapeOf<Tree> =>
  map(tree, (node) => (node instanceof Setting ? node.schema : z.object(shapeOf(node))));

/** Returns the same with everything optional, within groups too: what is left out stays as it is. */
export const patchOf = <Tree extends SettingTree>(tree: Tree): PatchOf<Tree> =>
  map(tree, (node) =>
    (node instanceof Setting ? node.schema : z.strictObject(patchOf(node))).optional(),
  );

/** Returns what a fresh installation begins with. */
export const initialOf = <Tree extends SettingTree>(tree: Tree): ValuesOf<Tree> =>
  map(tree, (node) => (node instanceof Setting ? node.initial : initialOf(node)));

/** The names of all settings; one in a group is `group.name`. */
export type NameOf<Tree> = {
  [K in keyof Tree & string]: Tree[K] extends Setting ? K : `${K}.${NameOf<Tree[K]>}`;
}[keyof Tree & string];

export interface NamedSetting<Name extends string = string> {
  readonly name: Name;
  readonly setting: Setting;
}

/** Returns every setting with its name, in order. */
export const settingsIn = <Tree extends SettingTree>(tree: Tree): NamedSetting<NameOf<Tree>>[] =>
  Object.entries(tree).flatMap(([name, node]) =>
    node instanceof Setting
      ? [{ name, setting: node }]
      : settingsIn(node).map((inner) => ({ ...inner, name: `${name}.${inner.name}` })),
  ) as NamedSetting<NameOf<Tree>>[];
