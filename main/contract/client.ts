import type { DesktopMethodName } from './desktop-methods.ts';
import type { Input, MethodName, Output } from './methods.ts';
import type { PushMessage } from './push.ts';
import type { Result } from './result.ts';

export type Unsubscribe = () => void;

/** The whole contract as a caller sees it, whatever carries it. */
export interface Client {
  call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>>;
  /** Messages in order; the first is `hello`, and another `hello` follows each reconnection. */
  subscribe(listener: (message: PushMessage) => void): Unsubscribe;
}

/** The interface that the preload exposes as `window.belfry`. */
export interface Bridge {
  /** Calls a core, by its id; the local one when left out. */
  invoke(name: MethodName, input: unknown, core?: string): Promise<Result<unknown>>;
  subscribe(listener: (message: PushMessage) => void, core?: string): Unsubscribe;
  /** Calls the desktop itself. */
  desktop(name: DesktopMethodName, input: unknown): Promise<Result<unknown>>;
}
