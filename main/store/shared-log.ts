import { StoreUnavailable } from '../domain/store-unavailable.ts';
import type { LastCommit, LogPoint } from './files/commit-log.ts';
import type { Written } from './written.ts';

/** One transaction, as every core commits it: its number, its time, and the statements that wrote. */
export interface LogEntry extends LastCommit {
  /** The digest of the entry before it, so that it follows no other; empty for the first one. */
  readonly previous: string;
  readonly written: readonly Written[];
}

/** The log that several cores share. */
export interface SharedLog {
  /**
   * Returns where the entry is once it is durable in the log, directly after the last one of this core. Throws
   * `SharedLogLost` where that is not certain, or another core has written meanwhile.
   */
  append(entry: LogEntry): LogPoint;
}

/** This core may not write any more: another one leads, the log is not in reach, or nobody knows whether it took an entry. */
export class SharedLogLost extends StoreUnavailable {}
