import type { ChannelKind } from '../contract/channel-kind.ts';
import type { AttemptOutcome } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';
import type { HoldKind } from '../contract/suppression.ts';
import type { LastCommit } from './files/commit-log.ts';

/** A change, for the windows: the hub reads the latest state when it sends. */
export type ChangeRef =
  | {
      readonly entity: 'alert' | 'notification' | 'channel' | 'heartbeat' | 'bulk' | 'token';
      readonly id: string;
    }
  /** `everything`: more rows look different than could be named one by one. */
  | {
      readonly entity:
        | 'settings'
        | 'status'
        | 'routes'
        | 'suppression'
        | 'rejected'
        | 'mappings'
        | 'mail_rules'
        | 'views'
        | 'everything';
    };

/** The reason why nobody is notified, or not yet, of something that happened to an alert. */
export type SuppressionReason = HoldKind | 'flapping' | 'no_route';

/** Something that happened, for whoever must know of it once it is committed: metrics above all. */
export type Fact =
  | { readonly type: 'alert_raised'; readonly severity: Severity; readonly kind: string }
  | { readonly type: 'alert_resolved'; readonly kind: string; readonly durationMs: number }
  /** It closed without a notification, since nobody knows whether it is over. */
  | { readonly type: 'alert_expired'; readonly alertId: string }
  | { readonly type: 'alert_acknowledged' }
  | { readonly type: 'alert_escalated'; readonly severity: Severity }
  | {
      readonly type: 'alert_suppressed';
      readonly alertId: string;
      readonly reason: SuppressionReason;
    }
  /** A limit, the channel's own or its receiver's, holds a message for the first time. */
  | { readonly type: 'rate_limited' }
  | AttemptSettled
  /** One notification became a dead letter, whether or not an attempt was the end of it. */
  | { readonly type: 'dead_lettered' };

/** One notification's share of an attempt. */
export interface AttemptSettled {
  readonly type: 'attempt_settled';
  /** Null when the channel was deleted meanwhile. */
  readonly channelKind: ChannelKind | null;
  readonly outcome: AttemptOutcome;
  /** The n-th attempt of its budget, from 1. */
  readonly number: number;
  readonly durationMs: number;
  /** How many notifications left as this one message, if this is the first of them; otherwise 0. */
  readonly members: number;
}

/** One piece of work inside a shared transaction. What it notes here takes effect only after COMMIT. */
export interface Unit {
  changed(change: ChangeRef): void;
  /** The channel has something new to deliver. */
  enqueued(channelId: string): void;
  counted(fact: Fact): void;
  /** Registers a function that restores what was changed in memory if this work is not committed after all. */
  onUndone(restore: () => void): void;
}

/** Work for the end of every transaction, which commits together with what came before it. */
export interface EndWork {
  /** `queuedChannels` have something new to deliver. May run again, after `onUndone`. */
  run(unit: Unit, queuedChannels: ReadonlySet<string>): void;
  /** Nothing of it was kept, and it is not tried again. */
  fail(error: unknown): void;
}

/** Everything that one COMMIT made true, in commit order. */
export interface Committed {
  readonly changes: readonly ChangeRef[];
  /** Channels for which the work at its end queued something. */
  readonly queuedChannels: ReadonlySet<string>;
  readonly facts: readonly Fact[];
  /** The transaction's own number, and when it was, ms UTC; null when it wrote nothing. */
  readonly last: LastCommit | null;
}
