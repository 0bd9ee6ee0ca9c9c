import type { Bridge, Unsubscribe } from '../../main/contract/client.ts';
import { LOCAL_CORE } from '../../main/contract/desktop-core.ts';
import type { Input, MethodName, Output } from '../../main/contract/methods.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import type { Result } from '../../main/contract/result.ts';
import type { ConnectionState, WindowClient } from './window-client.ts';
import { failureText } from '../messages/text.svelte.ts';
import { noAnswer } from './no-answer.ts';

/** The contract of one core over the preload's bridge, on the desktop. */
export class BridgeClient implements WindowClient {
  readonly #bridge: Bridge;
  readonly #core: string;

  readonly session = null;

  constructor(bridge: Bridge, core: string = LOCAL_CORE) {
    this.#bridge = bridge;
    this.#core = core;
  }

  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    try {
      const answer = (await this.#bridge.invoke(name, input, this.#core)) as Result<Output<K>>;
      return answer.ok ? answer : { ok: false, error: failureText(answer.error) };
    } catch (error) {
      return noAnswer(error);
    }
  }

  subscribe(
    onMessage: (message: PushMessage) => void,
    onState: (state: ConnectionState) => void,
  ): Unsubscribe {
    // IPC within one machine is never lost while the window lives; the connection of the desktop to its core can be.
    onState(this.#core === LOCAL_CORE ? 'open' : 'connecting');
    return this.#bridge.subscribe((message) => {
      if (message.type === 'hello') onState('open');
      if (message.type === 'lost') onState('lost');
      onMessage(message);
    }, this.#core);
  }
}
