import { describe, expect, it } from 'vitest';
import type { Input, Output } from '../../../main/contract/methods.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { AuditLog } from '../../../renderer/audit/audit-log.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { settled } from '../support/settled.ts';

type Page = Result<Output<'audit.list'>>;

const page = (ids: number[], nextCursor: string | null = null): Page =>
  ok({
    items: ids.map((id) => ({
      id,
      at: id,
      actor: 'window',
      action: 'pause',
      subject: '',
      detail: '',
      reason: null,
    })),
    nextCursor,
  });

/** A log whose answers come when the test gives them, in any order. */
function slow() {
  const answers: ((result: Page) => void)[] = [];
  const client = new FakeClient({
    'audit.list': (_: Input<'audit.list'>) => new Promise<Page>((take) => answers.push(take)),
  });
  const clock = new ManualClock();
  const feed = new LiveFeed(client);
  feed.start();
  const log = new AuditLog({ client, feed, clock });
  const answer = async (index: number, result: Page): Promise<void> => {
    answers[index]?.(result);
    await settled();
  };
  return { log, client, clock, answer, ids: () => log.items?.map(({ id }) => id) };
}

describe('AuditLog', () => {
  it('drops a page that would leave a hole, as the log was reloaded while it was under way', async () => {
    const { log, client, clock, answer, ids } = slow();
    log.open();
    await answer(0, page([4, 3], 'after 3'));
    client.hello('second', 9);
    clock.advance(250);
    void log.loadMore();
    await answer(1, page([6, 5], 'after 5'));
    await answer(2, page([2, 1]));
    expect(ids()).toEqual([6, 5]);
    expect(log.hasMore).toBe(true);
    expect(log.loadingMore).toBe(false);
  });

  it('shows nothing of what it was about before, once it is about another subject', async () => {
    const { log, answer, ids } = slow();
    const close = log.open({ subject: 'pause' });
    await answer(0, page([2], 'after 2'));
    void log.loadMore();
    await answer(1, fail('unavailable', 'gone'));
    expect(log.failure?.message).toBe('gone');
    void log.loadMore();
    close();
    log.open({ subject: 'settings' });
    expect(log.failure).toBeNull();
    expect(log.loadingMore).toBe(false);
    await answer(2, page([1]));
    expect(ids()).toBeUndefined();
    await answer(3, page([9], 'after 9'));
    void log.loadMore();
    await answer(4, page([8]));
    expect(ids()).toEqual([9, 8]);
  });
});
