import type { LogAddress, Lease } from './nats-log.ts';
import type { SnapshotPoint } from './snapshots.ts';

/** An entry as it was read from the log, still sealed. */
export interface SealedEntry {
  readonly number: number;
  /** The place of its last part. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** From the core to the thread of the log. */
export type ToLog =
  /** Follow the log from after a place, and lead when nobody does. */
  | {
      readonly type: 'follow';
      readonly address: LogAddress;
      readonly lease: Lease;
      readonly after: number;
      /** True if this core may begin the log, with what is in its database. */
      readonly mayBegin: boolean;
      /** Where a snapshot is put that this core needs. */
      readonly snapshotPath: string;
    }
  /** The entries up to a place are in the database. */
  | { readonly type: 'applied'; readonly sequence: number }
  /** Add an entry; the answer is in `shared`, where the core waits for it. */
  | {
      readonly type: 'append';
      readonly ticket: number;
      readonly number: number;
      readonly parts: readonly Uint8Array[];
    }
  /** Lead no longer, and follow again from after a place. */
  | { readonly type: 'resign'; readonly after: number }
  /** What the log has does not follow what the database has: only a snapshot helps. */
  | { readonly type: 'restore' }
  /** Store a copy of the database, which this core made at a point. */
  | ({ readonly type: 'snapshot'; readonly path: string } & SnapshotPoint)
  | { readonly type: 'stop' };

/** From the thread of the log to the core. */
export type FromLog =
  | { readonly type: 'entries'; readonly entries: readonly SealedEntry[] }
  /** This core leads: everything that the log has was sent before. */
  | { readonly type: 'elected' }
  /** Another core leads, or may. */
  | { readonly type: 'deposed' }
  /** Who leads, as far as this core knows, and whether the log is in reach. */
  | { readonly type: 'leader'; readonly lease: Lease | null; readonly isConnected: boolean }
  /** The newest snapshot is at its path. */
  | ({ readonly type: 'restored' } & SnapshotPoint)
  /** The log has grown, so that a copy of the database is wanted. */
  | { readonly type: 'snapshotDue' }
  /** Something failed, and is tried again. */
  | { readonly type: 'trouble'; readonly error: string }
  | { readonly type: 'stopped' };

/**
 * The cells of the memory in which the core finds the answer to what it appends: whether there is one, the
 * ticket of what it waits for, and the place of the entry in the log, -1 if the log did not take it.
 */
export const CELL = { state: 0, ticket: 1, place: 2 } as const;
export const ANSWER_BYTES = 24;
export const WAITING = 0n;
export const ANSWERED = 1n;
