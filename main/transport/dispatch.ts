import { fail, type Result } from '../contract/result.ts';
import { METHODS, type MethodName, type Output, type ParsedInput } from '../contract/methods.ts';
import type { TokenScope } from '../contract/system.ts';
import type { Caller } from '../domain/caller.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import { describeIssues } from '../domain/issues.ts';
import { ENGLISH, type Messages } from '../messages/messages.ts';

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

/** Whether a token of scope `held` may do what needs scope `needed`. */
export const grants = (held: TokenScope, needed: TokenScope): boolean =>
  GRANTS[held].includes(needed);

/**
 * Checks scope and input, then calls the one implementation. IPC and HTTP both come through here.
 * `messages` is the catalogue in the language of the answers.
 */
export function createDispatch(
  handlers: Handlers,
  messages: () => Messages = () => ENGLISH,
): Dispatch {
  return async (name, input, caller) => {
    const method = METHODS[name];
    if (!grants(caller.scope, method.scope)) {
      return fail(
        'forbidden',
        `This needs a token of scope ${method.scope}; yours has scope ${caller.scope}.`,
      );
    }
    const parsed = method.input.safeParse(input);
    if (!parsed.success) {
      const { verb } = method.http;
      const whole = verb === 'GET' || verb === 'DELETE' ? 'query' : 'body';
      return fail('invalid_input', ...describeIssues(parsed.error, whole, messages()));
    }
    const handler = handlers[name] as (
      input: unknown,
      caller: Caller,
    ) => Result<unknown> | Promise<Result<unknown>>;
    try {
      return await handler(parsed.data, caller);
    } catch (error) {
      if (error instanceof StoreUnavailable) return fail('unavailable', error.message);
      throw error;
    }
  };
}
