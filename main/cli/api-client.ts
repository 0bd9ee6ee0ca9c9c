import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import { ERROR_STATUS, type ErrorCode } from '../contract/errors.ts';
import { METHODS, type Input, type MethodName, type Output } from '../contract/methods.ts';
import type { Reason } from '../contract/reason.ts';
import { fail, ok, type Failure, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import { failureIn } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';

const TIMEOUT_MS = 30_000;
/** For calls whose duration grows with the database. */
const WHOLE_DATABASE_TIMEOUT_MS = 1_800_000;

const timeoutOf = (name: MethodName): number =>
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

/** Returns the path and body of a call: path parts are taken out of the input, the rest is query or body. */
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

/** Calls the contract's methods on a running instance, for commands. */
export class HttpClient {
  readonly #url: string;
  readonly #token: string;
  readonly #clock: Clock;
  readonly #messages: Messages;

  constructor(url: string, token: string, clock: Clock, messages: Messages) {
    this.#url = url;
    this.#token = token;
    this.#clock = clock;
    this.#messages = messages;
  }

  /** `unavailable` also when nobody answers; `invalid_input` before anything is sent. */
  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    // A value that is no id must not become a part of another path.
    const checked = METHODS[name].input.safeParse(input);
    if (!checked.success) return this.#failed(invalidInput(checked.error).error);
    const { path, body } = requestOf(name, input);
    const abort = new AbortController();
    const timer = this.#clock.after(timeoutOf(name), () =>
      abort.abort(new Error(this.#messages.text('cli.client.timeout'))),
    );
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
      return this.#resultOf(name, response.ok, await response.text());
    } catch (error) {
      const failure = { url: this.#url, problem: causeText(error) };
      return fail('unavailable', this.#messages.text('cli.client.unreachable', failure));
    } finally {
      timer[Symbol.dispose]();
    }
  }

  #resultOf<K extends MethodName>(name: K, succeeded: boolean, text: string): Result<Output<K>> {
    const body = parsedJson(text);
    if (succeeded) {
      const parsed = METHODS[name].output.safeParse(body);
      if (parsed.success) return ok(parsed.data as Output<K>);
      return fail('internal', this.#messages.text('cli.client.otherVersion'));
    }
    const parsed = errorAnswer.safeParse(body);
    if (!parsed.success) return fail('internal', this.#messages.text('cli.client.notBelfry'));
    const { code, ...failure } = parsed.data.error;
    return this.#failed({ ...failure, code: isErrorCode(code) ? code : 'internal' });
  }

  #failed(error: Failure): Result<never> {
    return { ok: false, error: failureIn(this.#messages, error) };
  }
}

/** Undefined when it is no JSON, such as the page of a proxy. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // JSON.parse has no other way to say so.
    return undefined;
  }
}

/** fetch hides why it failed in the cause. */
const causeText = (error: unknown): string =>
  errorText(error instanceof Error && error.cause !== undefined ? error.cause : error);
