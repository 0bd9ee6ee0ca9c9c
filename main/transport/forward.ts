import type { RuleCollections } from '../collections/collection.ts';
import { ok, type Result } from '../contract/result.ts';
import type { RuleGroup } from '../contract/rules.ts';
import type { MethodName, Output, ParsedInput } from '../contract/methods.ts';
import type { Handlers } from './dispatch.ts';

type Answer<K extends MethodName> = Result<Output<K>> | Promise<Result<Output<K>>>;
type Named<Group extends string, Verb extends string> = Extract<MethodName, `${Group}.${Verb}`>;
type Forwarded<Group extends string, Verb extends string> = Pick<Handlers, Named<Group, Verb>>;

type Taking<Group extends string, Verb extends string> = {
  readonly [V in Verb]: (
    input: ParsedInput<Named<Group, V>>,
    actor: string,
  ) => Answer<Named<Group, V>>;
};

type TakingId<Group extends string, Verb extends string> = {
  readonly [V in Verb]: (id: string, actor: string) => Answer<Named<Group, V>>;
};

const handlers = <Group extends string, Verb extends string>(
  group: Group,
  verbs: readonly Verb[],
  handlerOf: (verb: Verb) => (input: never, caller: { readonly actor: string }) => unknown,
) =>
  Object.fromEntries(
    verbs.map((verb) => [`${group}.${verb}`, handlerOf(verb)]),
  ) as unknown as Forwarded<Group, Verb>;

/** Derives the handlers that only pass input and actor to the method of the same name. */
export const forward = <Group extends string, Verb extends string>(
  group: Group,
  verbs: readonly Verb[],
  target: NoInfer<Taking<Group, Verb>>,
) =>
  handlers(
    group,
    verbs,
    (verb) =>
      (input, { actor }) =>
        target[verb](input, actor),
  );

/** As `forward`, for methods that take an id alone. */
export const forwardId = <Group extends string, Verb extends string>(
  group: Group,
  verbs: readonly Verb[],
  target: NoInfer<TakingId<Group, Verb>>,
) =>
  handlers(
    group,
    verbs,
    (verb) =>
      ({ id }: { readonly id: string }, { actor }) =>
        target[verb](id, actor),
  );

/** Derives the handlers that every collection has. */
export const collectionHandlers = <Group extends string>(
  group: Group,
  collection: NoInfer<
    Taking<Group, 'create' | 'update'> &
      TakingId<Group, 'delete'> & {
        list(): Output<Named<Group, 'list'>> extends { items: infer Items } ? Items : never;
      }
  >,
) => ({
  ...({ [`${group}.list`]: () => ok({ items: collection.list() }) } as Forwarded<Group, 'list'>),
  ...forward(group, ['create', 'update'], collection as Taking<Group, 'create' | 'update'>),
  ...forwardId(group, ['delete'], collection as TakingId<Group, 'delete'>),
});

/** Derives the handlers of all rules that are collections and no more. */
export const forwardRules = (rules: RuleCollections) =>
  Object.assign(
    {},
    ...Object.entries(rules).map(([group, collection]) =>
      collectionHandlers(group, collection as never),
    ),
  ) as Forwarded<RuleGroup, 'list' | 'create' | 'update' | 'delete'>;
