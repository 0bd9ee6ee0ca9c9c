import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import { ERROR_STATUS, type ErrorCode } from '../contract/errors.ts';
import { METHODS, type Input, type MethodName, type Output } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';

const TIMEOUT_MS = 30_000;

const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

const isErrorCode = (word: string): word is ErrorCode => Object.hasOwn(ERROR_STATUS, word);

/** Where a call goes and what it carries: path parts are taken out of the input, the rest is query or body. */
export function requestOf(name: MethodName, input: unknown): { path: string; body: string | null } {
  const { verb, path } = METHODS[name].http;
  if (Array.isArray(input)) return { path, body: JSON.stringify(input) };
  const rest = new Map(Object.entries((input ?? {}) as Record<string, unknown>));
  const filled = path.replace(/:(\w+)/g, (_part, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  if (verb !== 'GET' && verb !== 'DELETE') {
    return { path: filled, body: JSON.stringify(Object.fromEntries(rest)) };
  }
  const query = new URLSearchParams(
    [...rest]
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  );
  return { path: query.size > 0 ? `${filled}?${query}` : filled, body: null };
}

/** The contract against a running instance, for commands. */
export class HttpClient {
  readonly #url: string;
  readonly #token: string;
  readonly #clock: Clock;

  constructor(url: string, token: string, clock: Clock) {
    this.#url = url;
    this.#token = token;
    this.#clock = clock;
  }

  /** `unavailable` also when nobody answers. */
  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    const { path, body } = requestOf(name, input);
    const abort = new AbortController();
    const timer = this.#clock.after(TIMEOUT_MS, () => abort.abort(new Error('no answer in time')));
    try {
      const response = await fetch(this.#url + path, {
        method: METHODS[name].http.verb,
        redirect: 'error',
        signal: abort.signal,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
        body,
      });
      return resultOf(name, response.ok, await response.json());
    } catch (error) {
      return fail('unavailable', `Belfry does not answer at ${this.#url}: ${causeText(error)}`);
    } finally {
      timer[Symbol.dispose]();
    }
  }
}

function resultOf<K extends MethodName>(
  name: K,
  succeeded: boolean,
  body: unknown,
): Result<Output<K>> {
  if (succeeded) return ok(METHODS[name].output.parse(body) as Output<K>);
  const parsed = errorAnswer.safeParse(body);
  if (!parsed.success) return fail('internal', 'The answer is not one of Belfry.');
  const { code, message, details } = parsed.data.error;
  return fail(isErrorCode(code) ? code : 'internal', message, details);
}

/** fetch hides why it failed in the cause. */
const causeText = (error: unknown): string =>
  errorText(error instanceof Error && error.cause !== undefined ? error.cause : error);
