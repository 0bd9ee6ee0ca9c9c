import type { Clock } from '../../base/clock.ts';
import type { Input, MethodName, Output } from '../../contract/methods.ts';
import type { Result } from '../../contract/result.ts';
import { messagesFor } from '../../messages/messages.ts';
import { connectionOf, type ConnectionOptions } from '../connection.ts';
import { HttpClient } from '../api-client.ts';
import type { Caller } from '../session.ts';

/**
 * Looks for the instance at each call: an assistant starts its servers together with itself, so Belfry may
 * start later, and listen elsewhere after a restart.
 */
export class ConnectedClient implements Caller {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;

  constructor(options: ConnectionOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    const messages = messagesFor('en');
    const connection = connectionOf(messages, this.#options);
    if (!connection.ok) return connection;
    const { url, token } = connection.value;
    return new HttpClient(url, token, this.#clock, messages).call(name, input);
  }
}
