import { routeInput } from '../../main/contract/route.ts';
import type { CoreFixture } from '../support/core-fixture.ts';

/** Nothing is routed to what is only somebody's fallback. */
export async function routeTo(fixture: CoreFixture, ...channelIds: string[]): Promise<void> {
  const route = routeInput.parse({ name: 'all', channelIds });
  const created = await fixture.core.routes.collection.create(route, 'test');
  if (!created.ok) throw new Error(created.error.message);
}

/** Returns the notifications that were sent to a channel or are queued for it, in order. */
export function queuedFor(fixture: CoreFixture, channelId: string): string[] {
  return fixture.db.values(
    "SELECT event || ' ' || status FROM notifications WHERE channel_id = ? ORDER BY seq",
    [channelId],
  );
}
