import type { PushMessage } from '../contract/push.ts';

/** One connected window, as the push hub sees it. */
export interface PushSink {
  send(message: PushMessage): void;
  /** Bytes accepted but not yet taken by the client; above the hub's limit it is resynchronised instead. */
  bufferedBytes(): number;
}
