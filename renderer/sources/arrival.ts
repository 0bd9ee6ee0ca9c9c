import type { Alert } from '../../main/contract/alert.ts';
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
  /** The newest alert of the token's source since it was made; null before the first. */
  readonly alert: Alert | null;
}

const NOTHING: Arrived = { token: null, alert: null };

/** Follows what arrives from a sender, by its token alone. */
export class Arrival extends FollowedValue<Arrived> {
  constructor(id: SenderId, { client, feed, clock }: FollowSource) {
    const fetch = async () => {
      const tokens = await client.call('tokens.list', {});
      if (!tokens.ok) return tokens;
      const token = newestTokenOf(id, tokens.value.items);
      if (token === undefined || token.source === null) return ok(NOTHING);
      const { source, createdAt } = token;
      const q = formatSearch({ words: [], matchers: [{ name: 'source', op: '=', value: source }] });
      const alerts = await client.call('alerts.list', { q, limit: 1 });
      if (!alerts.ok) return alerts;
      const alert = alerts.value.items.find(({ lastSeenAt }) => lastSeenAt >= createdAt) ?? null;
      return ok({ token, alert });
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
