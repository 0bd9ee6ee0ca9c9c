import { StoreUnavailable } from '../domain/store-unavailable.ts';
import type { LastCommit } from './files/commit-log.ts';
import type { Written } from './written.ts';

/** One transaction, as every core commits it: its number, its time, and the statements that wrote. */
export interface LogEntry extends LastCommit {
  readonly written: readonly Written[];
}

/** The log that several cores share. */
export interface SharedLog {
  /**
   * Returns the place of the entry once it is durable in the log, directly after the one with the number before
   * it. Throws `SharedLogLost` where that is not certain, or another core has written meanwhile.
   */
  append(entry: LogEntry): number;
}

/** This core may not write any more: another one leads, the log is not in reach, or nobody knows whether it took an entry. */
export class SharedLogLost extends StoreUnavailable {}
