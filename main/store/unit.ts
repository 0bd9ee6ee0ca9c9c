/** What changed, for the windows: the hub reads the latest state when it sends. */
export type ChangeRef =
  | {
      readonly entity: 'alert' | 'notification' | 'channel' | 'heartbeat' | 'token';
      readonly id: string;
    }
  /** `everything`: more rows look different than could be named one by one. */
  | { readonly entity: 'settings' | 'status' | 'routes' | 'suppression' | 'everything' };

/** One piece of work inside a shared transaction. What it notes here takes effect only after COMMIT. */
export interface Unit {
  changed(change: ChangeRef): void;
  /** The channel has something new to deliver. */
  owes(channelId: string): void;
  /** What was changed in memory and must be put back if this work is not committed after all. */
  onUndone(restore: () => void): void;
}

/** Everything that one COMMIT made true, in commit order. */
export interface Committed {
  readonly changes: readonly ChangeRef[];
  readonly owingChannels: ReadonlySet<string>;
}
