import type { Alert } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Change } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import { formatSearch } from '../../main/contract/search.ts';
import type { SenderId } from '../../main/contract/senders/senders.ts';
import type { Token } from '../../main/contract/system.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';
import { newestTokenOf } from './source-tokens.ts';

/** The newest token of a sender, and what came by it. */
export interface Arrived {
  /** Null until one is made. */
  readonly token: Token | null;
  /** An alert of the token's source that was reported since it was made; null before the first. */
  readonly alert: Alert | null;
  /** The moment of that report, ms UTC; null without an alert. */
  readonly at: number | null;
}

const NOTHING: Arrived = { token: null, alert: null, at: null };

/**
 * Returns the moment at which an alert was last reported by a token; null if it was not. A person may have
 * resolved it as well, so an end counts only for a token that was used.
 */
function reportedAt(
  { state, lastSeenAt, closedAt }: Alert,
  { createdAt, lastUsedAt }: Token,
): number | null {
  if (state === 'resolved' && lastUsedAt !== null && closedAt !== null && closedAt >= createdAt) {
    return closedAt;
  }
  return lastSeenAt >= createdAt ? lastSeenAt : null;
}

/** Returns the latest of what a token has reported. */
function latestBy(token: Token, alerts: readonly Alert[]): Arrived | null {
  const [latest] = alerts
    .flatMap((alert) => {
      const at = reportedAt(alert, token);
      return at === null ? [] : [{ token, alert, at }];
    })
    .toSorted((a, b) => b.at - a.at);
  return latest ?? null;
}

/** Follows what arrives from a sender, by its token alone. */
export class Arrival extends FollowedValue<Arrived> {
  constructor(id: SenderId, { client, feed, clock }: FollowSource) {
    const fetch = async () => {
      const tokens = await client.call('tokens.list', {});
      if (!tokens.ok) return tokens;
      const token = newestTokenOf(id, tokens.value.items);
      if (token === undefined || token.source === null) return ok(NOTHING);
      const { source } = token;
      const q = formatSearch({ words: [], matchers: [{ name: 'source', op: '=', value: source }] });
      // First the newest: all of them only if the report is about an alert from before the token.
      for (const limit of [1, LIMITS.pageSizeMax]) {
        const alerts = await client.call('alerts.list', { q, limit });
        if (!alerts.ok) return alerts;
        const latest = latestBy(token, alerts.value.items);
        if (latest) return ok(latest);
        if (alerts.value.items.length < limit) break;
      }
      return ok({ ...NOTHING, token });
    };
    super({ feed, clock, intervalMs: 500 }, new Remote<Arrived>(fetch));
  }

  /** Loads and follows until the returned function is called. */
  open(): () => void {
    void this.load();
    return this.follow();
  }

  protected override isStale(change: Change): boolean {
    if (change.entity === 'tokens') return true;
    if (change.entity !== 'alert') return false;
    return change.value === null || change.value.source === this.value?.token?.source;
  }
}
