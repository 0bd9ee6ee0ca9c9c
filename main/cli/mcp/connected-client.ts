import type { Clock } from '../../base/clock.ts';
import type { Input, MethodName, Output } from '../../contract/methods.ts';
import type { Result } from '../../contract/result.ts';
import { connectionOf, type ConnectionOptions } from '../connection.ts';
import { HttpClient } from '../api-client.ts';
import type { Caller } from '../session.ts';

/**
 * Looks for the instance anew at each call: an assistant starts its servers with itself, so Belfry may
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
    const connection = connectionOf(this.#options);
    if (!connection.ok) return connection;
    const { url, token } = connection.value;
    return new HttpClient(url, token, this.#clock).call(name, input);
  }
}
