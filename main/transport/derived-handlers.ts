import { z } from 'zod';
import type { RuleCollections } from '../collections/collection.ts';
import { METHODS, type MethodName, type Output, type ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import type { RuleGroup } from '../contract/rules.ts';
import type { Handlers } from './dispatch.ts';

type Named<Group extends string, Verb extends string> = Extract<MethodName, `${Group}.${Verb}`>;

/** The arguments of a service's method: the id or the input that the contract declares, and who asks. */
type Arguments<Input> = string extends keyof Input
  ? [actor: string]
  : [keyof Input] extends ['id']
    ? [id: string, actor: string]
    : [input: Input, actor: string];

/** An answer as it is, or what it holds where that is all: a list stands for its `items`. */
type Answer<Value> =
  Value | Result<Value> | (Value extends { readonly items: infer Items } ? Items : never);

type Service<Group extends string, Verb extends string> = {
  readonly [V in Verb]: (
    ...given: Arguments<ParsedInput<Named<Group, V>>>
  ) => Answer<Output<Named<Group, V>>> | Promise<Answer<Output<Named<Group, V>>>>;
};

/** Derives the handlers of methods that a service has under the same names. */
export function serve<Group extends string, Verb extends string>(
  group: Group,
  verbs: readonly Verb[],
  service: NoInfer<Service<Group, Verb>>,
): Pick<Handlers, Named<Group, Verb>> {
  const methods = service as unknown as Readonly<
    Record<Verb, (...given: unknown[]) => Promise<unknown>>
  >;
  const handlers = verbs.map((verb) => {
    const name = `${group}.${verb}` as Named<Group, Verb>;
    const handler: Handlers['alerts.get'] = async (input, { actor }) =>
      resultOf(await methods[verb](...argumentsFor(name, input, actor)));
    return [name, handler] as const;
  });
  return Object.fromEntries(handlers) as unknown as Pick<Handlers, Named<Group, Verb>>;
}

function argumentsFor(name: MethodName, input: { readonly id: string }, actor: string): unknown[] {
  const schema: unknown = METHODS[name].input;
  const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : null;
  if (fields?.length === 0) return [actor];
  return [fields?.join() === 'id' ? input.id : input, actor];
}

function resultOf(answer: unknown): Result<never> {
  if (Array.isArray(answer)) return ok({ items: answer } as never);
  // No answer of the contract has a field of this name.
  return Object.hasOwn(answer as object, 'ok') ? (answer as Result<never>) : ok(answer as never);
}

const COLLECTED = ['list', 'create', 'update', 'delete'] as const;

/** Derives the handlers that every collection has. */
export const serveCollection = <Group extends string>(
  group: Group,
  collection: NoInfer<Service<Group, (typeof COLLECTED)[number]>>,
) => serve(group, COLLECTED, collection);

/** Derives the handlers of all rules that are collections and no more. */
export const serveRules = (rules: RuleCollections) =>
  Object.assign(
    {},
    ...Object.entries(rules).map(([group, rule]) => serveCollection(group, rule as never)),
  ) as Pick<Handlers, Named<RuleGroup, (typeof COLLECTED)[number]>>;
