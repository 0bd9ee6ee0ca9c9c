import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import { httpRequest } from '../contract/http-request.ts';
import { METHODS, type Input, type MethodName, type Output } from '../contract/methods.ts';
import { fail, type Failure, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import { failureIn } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';
import { answerIn, callTimeoutMs } from '../transport/http-answer.ts';

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
    const { verb, path, body } = httpRequest(name, input);
    const abort = new AbortController();
    const timer = this.#clock.after(callTimeoutMs(name), () =>
      abort.abort(new Error(this.#messages.text('cli.client.timeout'))),
    );
    try {
      const response = await fetch(this.#url + path, {
        method: verb,
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
    const answer = answerIn(name, succeeded, text);
    if (answer === 'other_version') {
      return fail('internal', this.#messages.text('cli.client.otherVersion'));
    }
    if (answer === 'not_belfry') {
      return fail('internal', this.#messages.text('cli.client.notBelfry'));
    }
    return answer.ok ? answer : this.#failed(answer.error);
  }

  #failed(error: Failure): Result<never> {
    return { ok: false, error: failureIn(this.#messages, error) };
  }
}

/** fetch hides why it failed in the cause. */
const causeText = (error: unknown): string =>
  errorText(error instanceof Error && error.cause !== undefined ? error.cause : error);
