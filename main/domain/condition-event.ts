import type { AlertReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { Matchable } from './matching.ts';

/** One report, in the one shape that every wire format is read into. */
export interface ConditionEvent extends Required<Matchable> {
  readonly status: 'firing' | 'resolved';
  readonly message: string;
  /** `message` as data, where it is Belfry that says it. */
  readonly messageReason?: AlertReason | null | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  /**
   * The moment at which the sender says it began (firing) or ended (resolved); null
   * when the sender did not say.
   */
  readonly occurredAt: number | null;
  /** Set on a firing that carries an end in the future: it fires at this moment, whenever it began. */
  readonly firesNow?: boolean;
  /**
   * The moment at which it resolves automatically unless reported again; null when it carries no
   * end. Always null on resolved.
   */
  readonly endsAt: number | null;
}
