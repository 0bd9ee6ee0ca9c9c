import type { KeyChange } from '../base/key-ring.ts';
import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import type { MethodName } from '../contract/methods.ts';
import type { PushMessage } from '../contract/push.ts';
import type { Result } from '../contract/result.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';

/** The messages between the desktop host and its core worker. Everything here is structured-cloned. */

/** How the core's HTTP server listens when the environment, not the settings, decides. */
export interface ForcedHttp {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** The options that the worker is started with. */
export interface CoreOptions {
  readonly dataDir: string;
  readonly version: string;
  /** An installed application has no command that makes a sign-in link. */
  readonly isPackaged: boolean;
  /** The keys that seal secrets at rest, the current one first. */
  readonly dataKeys: readonly Uint8Array[];
  /** The built window, for browsers that come over HTTP. */
  readonly rendererDir: string;
  /** Null leaves HTTP to the settings. */
  readonly http: ForcedHttp | null;
  /** An admin token from the environment; null uses the one in the data directory. */
  readonly adminToken: string | null;
}

/** Host to core. `id`s pair a question with its answer and are the asker's to choose. */
export type ToCore =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: MethodName;
      readonly input: unknown;
    }
  | { readonly type: 'subscribe'; readonly id: number }
  | { readonly type: 'unsubscribe'; readonly id: number }
  | { readonly type: 'shown'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'keysChanged'; readonly id: number; readonly keys: readonly Uint8Array[] }
  | { readonly type: 'keysUnchanged'; readonly id: number; readonly error: string }
  /** The machine woke from sleep. */
  | { readonly type: 'resumed' }
  /** An outage of channels may be over. */
  | { readonly type: 'mayRecover'; readonly sign: RecoverySign }
  | { readonly type: 'stop' }
  /** Ends without a drain, since a person does not want to wait for it. */
  | { readonly type: 'abandon' };

/** Core to host. */
export type FromCore =
  | { readonly type: 'ready' }
  /**
   * It could not start, or cannot go on: `damaged` when the database turned out to be so. The message is
   * for people, and null where that says it all. The worker ends afterwards.
   */
  | { readonly type: 'failed'; readonly message: string | null; readonly damaged: boolean }
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'push'; readonly id: number; readonly message: PushMessage }
  | { readonly type: 'show'; readonly id: number; readonly notice: DesktopNotice }
  /** The core no longer waits for that notice: its time limit passed, or the core stops. */
  | { readonly type: 'abandon'; readonly id: number }
  /** The key file is the shell's, which has the key store. */
  | { readonly type: 'changeKeys'; readonly id: number; readonly change: KeyChange }
  | { readonly type: 'close'; readonly tag: string }
  | { readonly type: 'stopped' };
