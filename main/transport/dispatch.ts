import { fail, type Result } from '../contract/result.ts';
import { METHODS, type MethodName, type Output, type ParsedInput } from '../contract/methods.ts';
import type { TokenScope } from '../contract/system.ts';
import type { Caller } from '../domain/caller.ts';
import { describeIssues } from './issues.ts';

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

/** Checks scope and input, then calls the one implementation. IPC and HTTP both come through here. */
export function createDispatch(handlers: Handlers): Dispatch {
  return async (name, input, caller) => {
    const method = METHODS[name];
    if (!GRANTS[caller.scope].includes(method.scope)) {
      return fail(
        'forbidden',
        `This needs a token of scope ${method.scope}; yours has scope ${caller.scope}.`,
      );
    }
    const parsed = method.input.safeParse(input);
    if (!parsed.success) {
      return fail('invalid_input', ...describeIssues(parsed.error));
    }
    const handler = handlers[name] as (
      input: unknown,
      caller: Caller,
    ) => Result<unknown> | Promise<Result<unknown>>;
    return await handler(parsed.data, caller);
  };
}
