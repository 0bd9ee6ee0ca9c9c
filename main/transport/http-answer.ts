import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode } from '../contract/errors.ts';
import { METHODS, type MethodName, type Output } from '../contract/methods.ts';
import type { Reason } from '../contract/reason.ts';
import { ok, type Result } from '../contract/result.ts';

const TIMEOUT_MS = 30_000;
/** For calls whose duration grows with the database. */
const WHOLE_DATABASE_TIMEOUT_MS = 1_800_000;

/** Returns how long a caller waits for the answer to a method, in ms. */
export const callTimeoutMs = (name: MethodName): number =>
  name === 'backups.create' ? WHOLE_DATABASE_TIMEOUT_MS : TIMEOUT_MS;

const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    reason: z.custom<Reason>().optional(),
    details: z.unknown().optional(),
  }),
});

const isErrorCode = (word: string): word is ErrorCode => Object.hasOwn(ERROR_STATUS, word);

/**
 * Returns what a host answered to a call over HTTP, checked against the contract: the host may be of another
 * version, or something in between may have answered. A failure's message is the host's.
 */
export function answerIn<K extends MethodName>(
  name: K,
  succeeded: boolean,
  text: string,
): Result<Output<K>> | 'other_version' | 'not_belfry' {
  const body = parsedJson(text);
  if (succeeded) {
    const parsed = METHODS[name].output.safeParse(body);
    return parsed.success ? ok(parsed.data as Output<K>) : 'other_version';
  }
  const parsed = errorAnswer.safeParse(body);
  if (!parsed.success) return 'not_belfry';
  const { code, ...failure } = parsed.data.error;
  return { ok: false, error: { ...failure, code: isErrorCode(code) ? code : 'internal' } };
}

/** Returns undefined for what is no JSON, such as the page of a proxy. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // JSON.parse has no other way to say so.
    return undefined;
  }
}
