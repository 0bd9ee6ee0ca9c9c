import { beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '../../../main/contract/methods.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { AlertList } from '../../../renderer/alerts/alert-list.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { alert, alertChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

type Page = Result<Output<'alerts.list'>>;
const page = (kinds: string[], total = kinds.length, nextCursor: string | null = null): Page =>
  ok({
    items: kinds.map((kind, index) => alert({ id: uuid(kinds.length - index), kind })),
    nextCursor,
    total,
  });

let client: FakeClient;
let clock: ManualClock;
let list: AlertList;
let close: () => void;
const kinds = (): string[] | undefined => list.items?.map(({ kind }) => kind);

beforeEach(async () => {
  client = new FakeClient({ 'alerts.list': () => page(['b', 'a']) });
  clock = new ManualClock();
  const feed = new LiveFeed(client);
  feed.start();
  list = new AlertList({ client, feed, clock });
  close = list.open();
  await settled();
});

describe('AlertList', () => {
  it('asks for active alerts first', () => {
    expect(client.inputsOf('alerts.list')).toEqual([
      { limit: 100, state: ['open', 'acknowledged'] },
    ]);
    expect(kinds()).toEqual(['b', 'a']);
  });

  it('never shows rows of one tab under another', async () => {
    let answer: (result: Page) => void = () => undefined;
    client.script({ 'alerts.list': () => new Promise<Page>((resolve) => (answer = resolve)) });
    list.show({ tab: 'closed' });
    expect(list.items).toBeNull();
    const answerClosed = answer;
    list.show({ tab: 'all' });
    answerClosed(page(['closed one']));
    await settled();
    expect(list.items).toBeNull();
    answer(page(['any']));
    await settled();
    expect(kinds()).toEqual(['any']);
  });

  it('replaces a pushed alert at once, before it asks', () => {
    client.push(alertChange(alert({ id: uuid(1), kind: 'a', message: 'worse' })));
    expect(list.items?.at(-1)?.message).toBe('worse');
  });

  it('lets an alert go that has left its tab', () => {
    client.push(alertChange(alert({ id: uuid(1), kind: 'a', state: 'resolved', closedAt: 1 })));
    expect(kinds()).toEqual(['b']);
    expect(list.total).toBe(1);
  });

  it('fetches what is new, but not more often than four times a second', async () => {
    clock.advance(250);
    client.script({ 'alerts.list': () => page(['c', 'b', 'a']) });
    for (let change = 0; change < 10; change += 1) {
      client.push(alertChange(alert({ id: uuid(3), kind: 'c' })));
    }
    await settled();
    expect(kinds()).toEqual(['c', 'b', 'a']);
    expect(client.inputsOf('alerts.list')).toHaveLength(2);
    clock.advance(250);
    expect(client.inputsOf('alerts.list')).toHaveLength(3);
  });

  it('applies a change to an answer that was under way when it came', async () => {
    clock.advance(250);
    let answer: (result: Page) => void = () => undefined;
    client.script({ 'alerts.list': () => new Promise<Page>((resolve) => (answer = resolve)) });
    list.reload();
    client.push(alertChange(alert({ id: uuid(1), state: 'resolved', closedAt: 1 })));
    answer(page(['b', 'a']));
    await settled();
    expect(kinds()).toEqual(['b']);
  });

  it('loads more behind what it has', async () => {
    client.script({ 'alerts.list': () => page(['b', 'a'], 3, 'cursor') });
    list.show({ tab: 'all' });
    await settled();
    client.script({
      'alerts.list': () =>
        ok({ items: [alert({ id: uuid(50), kind: 'z' })], nextCursor: null, total: 3 }),
    });
    await list.loadMore();
    expect(kinds()).toEqual(['b', 'a', 'z']);
    expect(list.hasMore).toBe(false);
    expect(client.inputsOf('alerts.list').at(-1)).toEqual({ limit: 200, cursor: 'cursor' });
  });

  it('drops a page that would leave a hole, as the list started over meanwhile', async () => {
    client.script({ 'alerts.list': () => page(['b', 'a'], 9, 'old cursor') });
    list.show({ tab: 'all' });
    await settled();
    let more: (result: Page) => void = () => undefined;
    client.script({
      'alerts.list': ({ cursor }) =>
        cursor !== 'old cursor'
          ? ok({ items: [alert({ id: uuid(90), kind: 'new' })], nextCursor: 'new', total: 99 })
          : new Promise<Page>((resolve) => (more = resolve)),
    });
    const loading = list.loadMore();
    client.hello('second', 90);
    clock.advance(250);
    await settled();
    more(page(['older']));
    await loading;
    expect(kinds()).toEqual(['new']);
    expect(list.hasMore).toBe(true);
  });

  it('applies a change to the next page as well, if it was under way when it came', async () => {
    client.script({ 'alerts.list': () => page(['b', 'a'], 4, 'cursor') });
    list.show({ tab: 'closed' });
    list.show({ tab: 'active' });
    await settled();
    let more: (result: Page) => void = () => undefined;
    client.script({ 'alerts.list': () => new Promise<Page>((resolve) => (more = resolve)) });
    const loading = list.loadMore();
    client.script({ 'alerts.list': () => page(['b', 'a'], 3, 'cursor') });
    const y = alert({ id: uuid(51), kind: 'y' });
    client.push(alertChange({ ...y, state: 'resolved', closedAt: 1 }));
    more(ok({ items: [y, alert({ id: uuid(50), kind: 'z' })], nextCursor: null, total: 4 }));
    await loading;
    expect(kinds()).toEqual(['b', 'a', 'z']);
    expect(list.total).toBe(3);
  });

  it('drops a next page that was asked for before something was missed', async () => {
    client.script({ 'alerts.list': () => page(['b', 'a'], 3, 'cursor') });
    list.show({ tab: 'all' });
    await settled();
    let more: (result: Page) => void = () => undefined;
    client.script({
      'alerts.list': ({ cursor }) =>
        cursor === undefined
          ? page(['b', 'a'], 2, 'cursor')
          : new Promise<Page>((resolve) => (more = resolve)),
    });
    const loading = list.loadMore();
    client.hello('second', 90);
    clock.advance(250);
    await settled();
    more(ok({ items: [alert({ id: uuid(50), kind: 'gone' })], nextCursor: null, total: 3 }));
    await loading;
    expect(kinds()).toEqual(['b', 'a']);
    expect(list.loadingMore).toBe(false);
  });

  it('keeps the pages that it has when a burst is longer than a page', async () => {
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => alert({ id: uuid(from - index) }));
    const all = (newest: number) => ({
      'alerts.list': ({ cursor }: { cursor?: string | undefined }) => {
        const from = cursor === undefined ? newest : Number(cursor);
        const items = rows(from, 100);
        return ok({ items, nextCursor: String(from - 100), total: newest });
      },
    });
    client.script(all(1_000));
    list.show({ tab: 'all' });
    await settled();
    for (let page = 0; page < 4; page += 1) await list.loadMore();
    expect(list.items).toHaveLength(500);
    client.script(all(1_300));
    client.push(alertChange(alert({ id: uuid(1_300) })));
    clock.advance(250);
    await settled();
    expect(list.items).toHaveLength(800);
    expect(list.items?.[0]?.id).toBe(uuid(1_300));
    expect(list.items?.at(-1)?.id).toBe(uuid(501));

    // The list fetches what it missed again, as far as it was loaded.
    client.send({ type: 'resync', epoch: 'first', seq: 7 });
    clock.advance(250);
    await settled();
    expect(list.items).toHaveLength(800);
  });

  it('trusts nothing that it had before it was closed', async () => {
    client.script({ 'alerts.list': () => page(['c', 'b', 'a'], 200, 'deep') });
    list.show({ tab: 'all' });
    await settled();
    close();
    client.push(alertChange(alert({ id: uuid(1), kind: 'a', state: 'resolved', closedAt: 1 })));
    const stillThere = ok({
      items: [alert({ id: uuid(3), kind: 'c' }), alert({ id: uuid(2), kind: 'b' })],
      nextCursor: 'less deep',
      total: 199,
    });
    client.script({ 'alerts.list': () => stillThere });
    list.open();
    await settled();
    expect(kinds()).toEqual(['c', 'b']);
  });

  it('takes an answer although it is asked again faster than the host answers', async () => {
    const answers: ((result: Page) => void)[] = [];
    client.script({ 'alerts.list': () => new Promise<Page>((resolve) => answers.push(resolve)) });
    list.show({ tab: 'all' });
    for (let change = 0; change < 4; change += 1) {
      clock.advance(250);
      client.push(alertChange(alert({ id: uuid(3), kind: 'c' })));
    }
    answers[0]?.(page(['first']));
    await settled();
    expect(kinds()).toEqual(['first']);
    answers[2]?.(page(['third']));
    answers[1]?.(page(['second']));
    await settled();
    expect(kinds()).toEqual(['third']);
  });

  it('trusts nothing that it has loaded once changes were missed', async () => {
    client.script({ 'alerts.list': () => page(['c', 'b', 'a'], 3, 'deep') });
    list.show({ tab: 'all' });
    await settled();
    client.script({
      'alerts.list': () =>
        ok({ items: [alert({ id: uuid(3), kind: 'c' })], nextCursor: 'c', total: 1 }),
    });
    client.send({ type: 'resync', epoch: 'first', seq: 7 });
    clock.advance(250);
    await settled();
    expect(kinds()).toEqual(['c']);
  });

  it('does not bring a long list back at once when it is opened again', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `k${index}`);
    client.script({ 'alerts.list': () => page(many) });
    list.show({ tab: 'all' });
    await settled();
    close();
    expect(list.items).toBeNull();
  });

  it('keeps its rows when a refresh fails, and says so', async () => {
    clock.advance(250);
    client.script({ 'alerts.list': () => fail('unavailable', 'gone') });
    list.reload();
    await settled();
    expect(kinds()).toEqual(['b', 'a']);
    expect(list.failure?.message).toBe('gone');
  });

  it('fetches again when something was missed', async () => {
    clock.advance(250);
    client.script({ 'alerts.list': () => page(['fresh']) });
    client.hello('second', 40);
    await settled();
    expect(kinds()).toEqual(['fresh']);
  });
});
