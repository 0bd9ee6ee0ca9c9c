import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { byId, nothing } from '../primitives.ts';
import type { TokenScope } from '../system.ts';

type Path = `/api/v1/${string}`;

export interface MethodDefinition {
  readonly summary: string;
  readonly input: z.core.$ZodType;
  readonly output: z.core.$ZodType;
  readonly errors: readonly ErrorCode[];
  readonly scope: TokenScope;
  /** `status` is the answer's on success. `:name` parts of the path and, for GET and DELETE, the query are input fields. */
  readonly http: {
    readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: Path;
    readonly status: 200 | 201 | 202;
  };
}

/** The definition of a method. Without an input it takes the id in its path, or nothing. */
interface Described {
  readonly summary: string;
  readonly input?: z.core.$ZodType;
  readonly output: z.core.$ZodType;
  /** Besides those that follow from the input and the path, and `unavailable` for what changes something. */
  readonly errors?: readonly ErrorCode[];
  readonly status?: 201 | 202;
}

type InputOf<P extends Path, M extends Described> = M extends {
  readonly input: infer Input extends z.core.$ZodType;
}
  ? Input
  : P extends `${string}/:id${string}`
    ? typeof byId
    : typeof nothing;

const withVerb =
  (verb: MethodDefinition['http']['verb']) =>
  <const P extends Path, const M extends Described>(
    scope: TokenScope,
    path: P,
    method: M,
  ): MethodDefinition & { readonly input: InputOf<P, M>; readonly output: M['output'] } => {
    const isAboutOne = path.includes('/:id');
    const input = (method.input ?? (isAboutOne ? byId : nothing)) as InputOf<P, M>;
    const errors: ErrorCode[] = [
      ...(input === nothing ? [] : (['invalid_input'] as const)),
      ...(isAboutOne ? (['not_found'] as const) : []),
      ...(method.errors ?? []),
      ...(verb === 'GET' || scope === 'read' ? [] : (['unavailable'] as const)),
    ];
    const { summary, output, status = 200 } = method;
    return { summary, input, output, errors, scope, http: { verb, path, status } };
  };

export const get = withVerb('GET');
export const post = withVerb('POST');
export const patch = withVerb('PATCH');
export const put = withVerb('PUT');
export const del = withVerb('DELETE');

/** The answer of a list that is not paged. */
export const items = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

/** The answer of what has nothing to show. */
export const done = <const Status extends string>(status: Status) =>
  z.object({ status: z.literal(status) });

type Named<Group extends string, Methods> = {
  readonly [Verb in keyof Methods & string as `${Group}.${Verb}`]: Methods[Verb];
};

/** A collection's own part of its methods. `update` replaces all of a thing. */
interface CollectionContract<Group, Shown, Create, Update> {
  readonly group: Group;
  readonly path: Path;
  /** For changes; reading takes `read`. */
  readonly scope: TokenScope;
  readonly shown: Shown;
  readonly create: Create;
  readonly update: Update;
  readonly summaries: Readonly<Record<'list' | 'create' | 'update' | 'delete', string>>;
}

/** The methods `list`, `create`, `update` and `delete` of a collection. */
export function collectionMethods<
  Group extends string,
  Shown extends z.ZodType,
  Create extends z.ZodType,
  Update extends z.ZodType,
>(contract: CollectionContract<Group, Shown, Create, Update>) {
  const { group, path, scope, shown, create, update, summaries } = contract;
  const one = `${path}/:id` as const;
  const methods = {
    list: get('read', path, { summary: summaries.list, output: items(shown) }),
    create: post(scope, path, {
      summary: summaries.create,
      input: create,
      output: shown,
      errors: ['name_taken'],
      status: 201,
    }),
    update: put(scope, one, {
      summary: summaries.update,
      input: update,
      output: shown,
      errors: ['name_taken'],
    }),
    delete: del(scope, one, { summary: summaries.delete, output: done('deleted') }),
  };
  return Object.fromEntries(
    Object.entries(methods).map(([verb, method]) => [`${group}.${verb}`, method]),
  ) as Named<Group, typeof methods>;
}
