import { type Failure, type Result } from '../contract/result.ts';
import { METHODS, type MethodName, type Output, type ParsedInput } from '../contract/methods.ts';
import type { TokenScope } from '../contract/system.ts';
import type { Caller } from '../domain/caller.ts';
import { failureIn, refuse } from '../messages/failures.ts';
import { ENGLISH, type Messages } from '../messages/messages.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import { invalidInput } from '../domain/issues.ts';
import { refusedSearch, type Searching } from '../domain/searching.ts';

/** The contract, implemented once, behind every transport. */
export type Handlers = {
  readonly [K in MethodName]: (
    input: ParsedInput<K>,
    caller: Caller,
  ) => Result<Output<K>> | Promise<Result<Output<K>>>;
};

export type Dispatch = (
  name: MethodName,
  input: unknown,
  caller: Caller,
) => Promise<Result<unknown>>;

const GRANTS: Record<TokenScope, readonly TokenScope[]> = {
  ingest: ['ingest'],
  read: ['read'],
  operate: ['ingest', 'read', 'operate'],
  admin: ['ingest', 'read', 'operate', 'admin'],
};

/** Returns true if a token of scope `held` may do what needs scope `needed`. */
export const grants = (held: TokenScope, needed: TokenScope): boolean =>
  GRANTS[held].includes(needed);

/** The refusal of a caller whose token may not do it. */
export const outOfScope = (needed: TokenScope, held: TokenScope): Failure =>
  refuse('forbidden', { code: 'error.scope', params: { needed, held } }).error;

/**
 * Checks scope and input, then calls the one implementation. IPC and HTTP both come through here.
 * `messages` is the catalogue in the language of the answers.
 */
export function createDispatch(
  handlers: Handlers,
  messages: () => Messages = () => ENGLISH,
): Dispatch {
  const answer: Dispatch = async (name, input, caller) => {
    const method = METHODS[name];
    if (!grants(caller.scope, method.scope)) {
      return { ok: false, error: outOfScope(method.scope, caller.scope) };
    }
    const parsed = method.input.safeParse(input);
    if (!parsed.success) {
      const { verb } = method.http;
      const whole = verb === 'GET' || verb === 'DELETE' ? 'query' : 'body';
      return invalidInput(parsed.error, whole);
    }
    const refused = refusedSearch(parsed.data as Searching);
    if (refused) return refused;
    const handler = handlers[name] as (
      input: unknown,
      caller: Caller,
    ) => Result<unknown> | Promise<Result<unknown>>;
    try {
      return await handler(parsed.data, caller);
    } catch (error) {
      if (error instanceof StoreUnavailable) return refuse('unavailable', error.reason);
      throw error;
    }
  };
  return async (name, input, caller) => {
    const result = await answer(name, input, caller);
    return result.ok ? result : { ok: false, error: failureIn(messages(), result.error) };
  };
}
