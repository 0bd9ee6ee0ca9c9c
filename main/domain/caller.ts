import type { TokenScope } from '../contract/system.ts';

/** The caller of a request, already authenticated by the transport. */
export interface Caller {
  /** For audit and timelines: `window`, `token:<name>`, `admin token`. */
  readonly actor: string;
  readonly scope: TokenScope;
  /** The source its events carry, whatever their bodies say; null leaves it to the body. */
  readonly source: string | null;
  /** The window's session, where it came with one. */
  readonly sessionId?: string;
}
