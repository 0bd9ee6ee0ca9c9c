import type { Client, Unsubscribe } from '../../main/contract/client.ts';
import type { Result } from '../../main/contract/result.ts';

/** `connecting` until the first greeting, `lost` from a disconnection until the next. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** How a browser signs in and out. The desktop's window belongs to its user and has none. */
export interface SessionApi {
  /** Spends a one-time code; on success the browser holds an HttpOnly cookie. */
  redeem(code: string): Promise<Result<void>>;
  end(): Promise<Result<void>>;
  /** Called whenever a method answers that there is no session. */
  onUnauthenticated(listener: () => void): Unsubscribe;
}

/** The contract's client, with what only a window cares about. */
export interface WindowClient extends Client {
  readonly session: SessionApi | null;
  /** Tells the present state at once, then every change, for as long as somebody is subscribed. */
  onConnection(listener: (state: ConnectionState) => void): Unsubscribe;
}
