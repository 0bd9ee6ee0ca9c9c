import { beforeEach, describe, expect, it } from 'vitest';
import type { NotificationRow } from '../../../main/contract/notification.ts';
import type { Input, Output } from '../../../main/contract/methods.ts';
import { ok, type Result } from '../../../main/contract/result.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { NotificationList } from '../../../renderer/notifications/notification-list.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { notification, notificationChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

type Page = Result<Output<'notifications.list'>>;
const page = (data: NotificationRow[], nextCursor: string | null = null): Page =>
  ok({ data, total: data.length, page: 1, per_page: 100, nextCursor });
const dead = notification({ id: uuid(1) });
const failed = notification({ id: uuid(2), status: 'failed', nextAttemptAt: 1 });

let client: FakeClient;
let clock: ManualClock;
let feed: LiveFeed;
let list: NotificationList;
const ids = (): string[] | undefined => list.items?.map(({ id }) => id);

beforeEach(async () => {
  client = new FakeClient({ 'notifications.list': () => page([dead]) });
  clock = new ManualClock();
  feed = new LiveFeed(client);
  feed.start();
  list = new NotificationList({ client, feed, clock }, { status: 'dead' });
  list.open();
  await settled();
});

describe('NotificationList', () => {
  it('asks for its status', () => {
    expect(client.inputsOf('notifications.list')).toEqual([{ per_page: 100, status: ['dead'] }]);
    expect(ids()).toEqual([dead.id]);
  });

  it('never shows rows of one tab under another, whichever answer comes last', async () => {
    const answers = new Map<string, (result: Page) => void>();
    client.script({
      'notifications.list': ({ status }: Input<'notifications.list'>) =>
        new Promise<Page>((resolve) => answers.set(String(status), resolve)),
    });
    list.show({ status: 'failed' });
    expect(list.items).toBeNull();
    list.show({ status: 'sent' });
    answers.get('failed')?.(page([failed]));
    await settled();
    expect(list.items).toBeNull();
    answers.get('sent')?.(page([]));
    await settled();
    expect(ids()).toEqual([]);
  });

  it('lets a requeued row go as soon as the push says so', () => {
    client.push(notificationChange({ ...dead, status: 'pending' }));
    expect(ids()).toEqual([]);
    expect(list.total).toBe(0);
  });

  it('does not bring back a row that an action took out while an answer was under way', async () => {
    const answers: ((result: Page) => void)[] = [];
    client.script({
      'notifications.list': () => new Promise<Page>((resolve) => answers.push(resolve)),
    });
    clock.advance(250);
    list.reload();
    list.drop(dead.id);
    answers[0]?.(page([dead]));
    await settled();
    expect(ids()).toEqual([]);
  });

  it('takes an answer although it is asked again faster than the host answers', async () => {
    const answers: ((result: Page) => void)[] = [];
    client.script({
      'notifications.list': () => new Promise<Page>((resolve) => answers.push(resolve)),
    });
    list.show({ status: null });
    for (let change = 0; change < 3; change += 1) {
      clock.advance(250);
      client.push(notificationChange(failed));
    }
    answers[0]?.(page([dead]));
    await settled();
    expect(ids()).toEqual([dead.id]);
    answers[2]?.(page([failed, dead]));
    answers[1]?.(page([]));
    await settled();
    expect(ids()).toEqual([failed.id, dead.id]);
  });

  it('replaces a row that stays', () => {
    client.push(notificationChange({ ...dead, lastError: 'other' }));
    expect(list.items?.[0]?.lastError).toBe('other');
  });

  it('loads the next page behind the last row, and keeps it through pushes', async () => {
    const old = notification({ id: uuid(3) });
    client.script({
      'notifications.list': ({ cursor }: Input<'notifications.list'>) =>
        cursor === undefined ? page([dead], '7') : page([old]),
    });
    await list.load();
    expect(list.hasMore).toBe(true);
    await list.loadMore();
    expect(client.inputsOf('notifications.list').at(-1)).toEqual({
      ...{ per_page: 200, status: ['dead'], cursor: '7' },
    });
    expect(ids()).toEqual([dead.id, old.id]);
    clock.advance(250);
    client.push(notificationChange({ ...dead, lastError: 'other' }));
    await settled();
    expect(ids()).toEqual([dead.id, old.id]);
    expect(list.hasMore).toBe(false);
  });

  it('begins at the first page when the query changes', async () => {
    list.show({ search: 'nas' });
    await settled();
    expect(client.inputsOf('notifications.list').at(-1)).toEqual({
      per_page: 100,
      status: ['dead'],
      q: 'nas',
    });
  });

  it('asks no more after it was closed', async () => {
    const closing = new NotificationList({ client, feed, clock }, { status: 'dead' });
    const close = closing.open();
    close();
    const before = client.calls.length;
    clock.advance(10_000);
    closing.refresh();
    await settled();
    expect(client.calls).toHaveLength(before);
  });
});
