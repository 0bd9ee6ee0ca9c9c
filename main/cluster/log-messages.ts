import type { ClusterCore } from '../contract/cluster.ts';
import type { SnapshotPoint } from './snapshots.ts';

/** How a core reaches the log. */
export interface LogAddress {
  /** `nats://host:4222`, each. */
  readonly servers: readonly string[];
  /** Letters, digits, - and _. */
  readonly cluster: string;
  /** The content of a credentials file; null for servers that ask for none. */
  readonly credentials: string | null;
  /** Certificates of authorities in PEM; null for those of the system, or for servers without TLS. */
  readonly authorities: string | null;
  /** The keys that seal what is there beside entries, the current one first. */
  readonly keys: {
    readonly snapshots: readonly Uint8Array[];
    readonly records: readonly Uint8Array[];
  };
}

/** The core that leads: who it is, where it answers, and which start of it. */
export interface Lease {
  readonly core: string;
  readonly url: string;
  readonly instance: string;
}

/** An entry as it was read from the log, still sealed. */
export interface SealedEntry {
  readonly number: number;
  /** The place of its last part. */
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** This core, and its part in a cluster. */
export interface Membership {
  readonly address: LogAddress;
  /** The name of this core, the URL at which the others reach it, and which start of it this is. */
  readonly lease: Lease;
  readonly version: string;
  /** True if this core may begin the log, with what is in its database. */
  readonly mayBegin: boolean;
  /** Where a snapshot is put that this core needs. */
  readonly snapshotPath: string;
}

/** From the core to the thread of the log. */
export type ToLog =
  /** Follow the log from where the database is, and lead when nobody does. */
  | { readonly type: 'follow'; readonly as: Membership; readonly reached: SnapshotPoint }
  /** The database has the entries up to a place, whose last one has this number. */
  | { readonly type: 'applied'; readonly reached: SnapshotPoint }
  /** Add an entry; the answer is in `shared`, where the core waits for it. */
  | {
      readonly type: 'append';
      readonly ticket: number;
      readonly number: number;
      readonly parts: readonly Uint8Array[];
    }
  /** Lead no longer, and follow again from where the database is. */
  | { readonly type: 'resign'; readonly reached: SnapshotPoint; readonly mayBegin: boolean }
  /** The database does not go with the log: fetch a snapshot with a higher number than this. */
  | { readonly type: 'restore'; readonly above: number }
  /** Nothing is applied here any more: do not lead. */
  | { readonly type: 'halt' }
  /** Store a copy of the database, which this core made at a point. */
  | ({ readonly type: 'snapshot'; readonly path: string } & SnapshotPoint)
  /** No copy could be made. */
  | { readonly type: 'noSnapshot' }
  | { readonly type: 'stop' };

/** From the thread of the log to the core. */
export type FromLog =
  | { readonly type: 'entry'; readonly entry: SealedEntry }
  /** The log does not go back to what the database has. */
  | { readonly type: 'behind' }
  /** This core leads: everything that the log has was sent before. */
  | { readonly type: 'elected' }
  /** This core must not lead any more. Nobody else does while the log is out of reach. */
  | { readonly type: 'deposed' }
  /** The log can be reached again, by a core that was deposed. */
  | { readonly type: 'reachable' }
  /** The core that leads and those that are there, as far as this one knows, and whether the log is in reach. */
  | {
      readonly type: 'cores';
      readonly leader: Lease | null;
      readonly cores: readonly ClusterCore[];
      readonly inReach: boolean;
    }
  /** A snapshot is at its path. */
  | { readonly type: 'restored' }
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

/** A lease that is not renewed for this long ends. */
export const LEASE_MS = 10_000;

/** A core that says nothing for this long is gone. */
export const CORE_MS = 15_000;

/** Servers that have lost their leader elect another one within about seven seconds. */
export const APPEND_MS = 8_500;
