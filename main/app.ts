import type { Clock } from './base/clock.ts';
import type { Service } from './base/lifecycle.ts';
import type { Logger } from './base/logger.ts';
import type { DesktopPort } from './channels/desktop-port.ts';
import type { Unsubscribe } from './contract/client.ts';
import type { Dispatch } from './transport/dispatch.ts';
import type { HttpOptions } from './transport/http/options.ts';
import type { PushSink } from './transport/push-sink.ts';

export interface AppOptions {
  readonly host: 'desktop' | 'headless';
  /** Must exist; the app takes its lock at start and gives it back at stop. */
  readonly dataDir: string;
  readonly version: string;
  /** 32 bytes that seal secrets at rest. */
  readonly dataKey: Buffer;
  readonly desktop: DesktopPort;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Null leaves HTTP off. The desktop decides by its settings, read at start, unless `http` forces it. */
  readonly http: HttpOptions | 'by-settings';
}

/** The whole core without Electron: what both hosts run. Safe to start and stop twice. */
export interface App extends Service {
  readonly dispatch: Dispatch;
  /** Sends `hello` at once, then batches in commit order. */
  subscribe(sink: PushSink): Unsubscribe;
  /** Where HTTP listens; null when it does not. Known after start. */
  readonly url: string | null;
  /** To be called when the machine woke from sleep. */
  resumed(): void;
}

export function createApp(_options: AppOptions): App {
  throw new Error('createApp is being built');
}
