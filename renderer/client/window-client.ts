import type { Client, Unsubscribe } from '../../main/contract/client.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import type { Result } from '../../main/contract/result.ts';

/** `connecting` until the first greeting, `lost` from a disconnection until the next. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** Signs a browser in and out. The desktop's window belongs to its user and needs none. */
export interface SessionApi {
  /** Spends a one-time code; on success the browser holds an HttpOnly cookie. */
  redeem(code: string): Promise<Result<void>>;
  /** Signs a display in with a token that may only read; the browser then holds it in an HttpOnly cookie. */
  display(token: string): Promise<Result<void>>;
  end(): Promise<Result<void>>;
  /** Returns the command that makes a sign-in link at the host's machine; null where its own window does. */
  loginCommand(): Promise<Result<string | null>>;
  /** Sets the function to call whenever a method returns that there is no session. */
  onUnauthenticated(listener: () => void): void;
}

/** The contract's client as a window needs it. The live feed is its one subscriber. */
export interface WindowClient extends Pick<Client, 'call'> {
  readonly session: SessionApi | null;
  /** Connects, and passes messages and every state of the connection on until the returned function is called. */
  subscribe(
    onMessage: (message: PushMessage) => void,
    onState: (state: ConnectionState) => void,
  ): Unsubscribe;
}
