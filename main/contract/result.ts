import type { ErrorCode } from './errors.ts';
import type { Reason } from './reason.ts';

/** An expected failure, as a value: what went wrong, in words that name the field and the fix. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** `message` as data, where a person may meet it. */
  readonly reason?: Reason | undefined;
  readonly details?: unknown;
}

/** The answer of every contract method. Bugs throw; everything foreseeable is one of these two. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (code: ErrorCode, message: string, details?: unknown): Result<never> => ({
  ok: false,
  error: details === undefined ? { code, message } : { code, message, details },
});
