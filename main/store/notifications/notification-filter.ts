import type { FailureClass } from '../../contract/failure-class.ts';
import type { DeadLetterFilter, NotificationEvent } from '../../contract/notification.ts';
import { OBSOLETE } from '../count-deltas.ts';
import { boundSearch, type BoundSearch } from '../search-terms.ts';
import { SEARCHED } from './notification-rows.ts';

/** Dead letters of one channel that died of one cause. */
export interface GroupFilter {
  readonly channelId: string;
  readonly class: FailureClass | null;
  readonly cause: string;
}

/**
 * The filter as statements bind it: null leaves a field open. `cause` null leaves `class`
 * open too, since null is a class.
 */
export interface NotificationFilter extends BoundSearch {
  readonly channelId: string | null;
  /** Of a group, whose channel must be that of the filter as well. */
  readonly groupChannelId: string | null;
  readonly alertId: string | null;
  readonly class: FailureClass | null;
  readonly cause: string | null;
  readonly event: NotificationEvent | null;
  readonly failureClass: FailureClass | null;
  readonly obsolete: 0 | 1 | null;
  /** 1 where the time of death matters. */
  readonly died: 0 | 1;
  readonly diedFrom: number;
  readonly diedTo: number;
}

const LATEST = Number.MAX_SAFE_INTEGER;

/** Returns a filter, perhaps of one group, as statements bind it. */
export function toFilter(
  { q, obsolete, diedFrom, diedTo, ...given }: DeadLetterFilter,
  group: GroupFilter | null = null,
): NotificationFilter {
  return {
    channelId: group?.channelId ?? given.channelId ?? null,
    groupChannelId: given.channelId ?? null,
    alertId: given.alertId ?? null,
    class: group?.class ?? null,
    cause: group?.cause ?? null,
    event: given.event ?? null,
    failureClass: given.failureClass ?? null,
    obsolete: obsolete === undefined ? null : obsolete ? 1 : 0,
    died: diedFrom === undefined && diedTo === undefined ? 0 : 1,
    diedFrom: diedFrom ?? 0,
    diedTo: diedTo ?? LATEST,
    ...boundSearch(q),
  };
}

/** Returns true if a filter asks for more than a channel, an alert, a group or a search. */
export const isNarrow = ({ event, failureClass, obsolete, died }: NotificationFilter): boolean =>
  event !== null || failureClass !== null || obsolete !== null || died === 1;

/** Returns true if a filter can only find dead letters. */
export const isOfTheDead = ({ obsolete, died, cause }: NotificationFilter): boolean =>
  obsolete !== null || died === 1 || cause !== null;

/** The row matches, whether or not it is obsolete. */
export const NARROWED = `(@channelId IS NULL OR n.channel_id = @channelId)
  AND (@groupChannelId IS NULL OR n.channel_id = @groupChannelId)
  AND (@cause IS NULL OR (n.cause = @cause AND n.last_error_class IS @class))
  AND (@event IS NULL OR n.event = @event)
  AND (@failureClass IS NULL OR n.last_error_class = @failureClass)
  AND (@died = 0 OR (n.died_at >= @diedFrom AND n.died_at < @diedTo))
  AND (@alertId IS NULL OR n.alert_id = @alertId)
  AND ${SEARCHED}`;

export const MATCHES = `${NARROWED} AND (@obsolete IS NULL OR (${OBSOLETE}) = @obsolete)`;
