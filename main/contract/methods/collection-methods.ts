import { z } from 'zod';
import type { TokenScope } from '../system.ts';
import { byId, nothing } from '../primitives.ts';
import { del, get, post, put, type MethodDefinition } from './definition.ts';

type Named<Group extends string, Methods> = {
  readonly [Verb in keyof Methods & string as `${Group}.${Verb}`]: Methods[Verb];
};

/** What a collection's methods have of their own. `update` replaces all of a thing. */
interface CollectionContract<Group, Shown, Create, Update> {
  readonly group: Group;
  readonly path: MethodDefinition['http']['path'];
  /** For changes; reading takes `read`. */
  readonly scope: TokenScope;
  readonly shown: Shown;
  readonly create: Create;
  readonly update: Update;
  readonly summaries: {
    readonly list: string;
    readonly create: string;
    readonly update: string;
    readonly delete: string;
  };
}

/** The methods `list`, `create`, `update` and `delete` of a collection. */
export function collectionMethods<
  Group extends string,
  Shown extends z.ZodType,
  Create extends z.ZodType,
  Update extends z.ZodType,
>(contract: CollectionContract<Group, Shown, Create, Update>) {
  const { group, path, scope, shown, create, update, summaries } = contract;
  const methods = {
    list: {
      summary: summaries.list,
      input: nothing,
      output: z.object({ items: z.array(shown) }),
      errors: [],
      scope: 'read',
      http: get(path),
    },
    create: {
      summary: summaries.create,
      input: create,
      output: shown,
      errors: ['invalid_input', 'name_taken', 'unavailable'],
      scope,
      http: post(path, 201),
    },
    update: {
      summary: summaries.update,
      input: update,
      output: shown,
      errors: ['invalid_input', 'not_found', 'name_taken', 'unavailable'],
      scope,
      http: put(`${path}/:id`),
    },
    delete: {
      summary: summaries.delete,
      input: byId,
      output: z.object({ status: z.literal('deleted') }),
      errors: ['invalid_input', 'not_found', 'unavailable'],
      scope,
      http: del(`${path}/:id`),
    },
  } as const satisfies Record<string, MethodDefinition>;
  return Object.fromEntries(
    Object.entries(methods).map(([verb, method]) => [`${group}.${verb}`, method]),
  ) as Named<Group, typeof methods>;
}
