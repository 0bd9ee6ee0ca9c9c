import { beforeEach, describe, expect, it } from 'vitest';
import type { BulkJob } from '../../../main/contract/notification.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { Notices } from '../../../renderer/app/notices.svelte.ts';
import { BulkWork } from '../../../renderer/bulk/bulk-work.svelte.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { NOW_MS, job, jobChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

let client: FakeClient;
let clock: ManualClock;
let notices: Notices;
let work: BulkWork;
const said = (): string[] => notices.items.map(({ text }) => text);
const ids = { ids: [uuid(1), uuid(2)] };
const discarded = (part: Partial<BulkJob> = {}): BulkJob =>
  job({
    action: 'discard',
    state: 'finished',
    changed: 100,
    endedAt: NOW_MS - 500,
    undoUntil: NOW_MS + 29_500,
    ...part,
  });

beforeEach(async () => {
  client = new FakeClient({ 'notifications.requeueMany': () => ok(job()) });
  clock = new ManualClock(NOW_MS);
  notices = new Notices(clock);
  work = new BulkWork(client, notices, clock);
  const feed = new LiveFeed(client);
  feed.listen(work);
  feed.start();
  await settled();
});

describe('the end of bulk work', () => {
  it.each<[Partial<BulkJob>, string]>([
    [{ changed: 1 }, '1 requeued.'],
    [{ changed: 4_000, unchanged: 3 }, `${(4_000).toLocaleString()} requeued, 3 unchanged.`],
    [{ changed: 18, skipped: 902 }, '18 requeued, 902 obsolete skipped.'],
    [{ action: 'retry', changed: 2, skipped: 1 }, '2 retrying now, 1 on hold skipped.'],
    [{ action: 'discard', changed: 2 }, '2 discarded.'],
    [{ action: 'undo_discard', changed: 2 }, '2 restored.'],
    [{ state: 'cancelled', changed: 40 }, 'Stopped: 40 of 100 requeued.'],
    [{ state: 'failed', changed: 40, unchanged: 9 }, 'Stopped: 40 of 100 requeued.'],
  ])('%j: %s', (part, words) => {
    client.push(jobChange(job({ action: part.action ?? 'requeue' })));
    client.push(jobChange(job({ state: 'finished', ...part })));
    expect(said().at(-1)).toBe(words);
  });
});

describe('BulkWork', () => {
  it('follows what it started to its end, and shows the result', async () => {
    expect(await work.requeue(ids)).toBe(true);
    expect(client.inputsOf('notifications.requeueMany')).toEqual([ids]);
    client.push(jobChange(job({ changed: 60, unchanged: 1 })));
    expect(work.running).toMatchObject([{ changed: 60, unchanged: 1 }]);
    client.push(jobChange(job({ state: 'finished', changed: 98, unchanged: 2 })));
    expect(work.running).toEqual([]);
    expect(said()).toEqual(['98 requeued, 2 unchanged.']);
  });

  it('says it once, whichever comes first: the end of the work or the answer to its beginning', async () => {
    client.script({
      'notifications.requeueMany': () => {
        client.push(jobChange(job({ state: 'finished', changed: 2 })));
        return ok(job());
      },
    });
    await work.requeue(ids);
    client.push(jobChange(job({ changed: 1 })));
    expect(work.running).toEqual([]);
    expect(said()).toEqual(['2 requeued.']);
  });

  it('says it once, also when the answer to its beginning comes after all else', async () => {
    client.script({
      'notifications.requeueMany': () => {
        client.push(jobChange(job({ changed: 1 })));
        client.push(jobChange(job({ state: 'finished', changed: 2 })));
        return ok(job());
      },
    });
    await work.requeue(ids);
    expect(said()).toEqual(['2 requeued.']);
  });

  it('takes an answer for the end when there was nothing to wait for', async () => {
    client.script({
      'notifications.requeueMany': () => ok(job({ state: 'finished', total: 0 })),
    });
    await work.requeue(ids);
    expect(said()).toEqual(['0 requeued.']);
  });

  it('does not tell what others began and ended', () => {
    client.push(jobChange(job({ state: 'finished', changed: 2 })));
    expect(said()).toEqual([]);
  });

  it('shows what others started, and the result', () => {
    client.push(jobChange(job()));
    expect(work.running).toHaveLength(1);
    client.push(jobChange(job({ state: 'cancelled', changed: 7 })));
    expect(said()).toEqual(['Stopped: 7 of 100 requeued.']);
  });

  it('asks for one thing at a time', async () => {
    let answer: () => void = () => undefined;
    client.script({
      'notifications.requeueMany': () =>
        new Promise((resolve) => {
          answer = () => resolve(ok(job()));
        }),
    });
    const first = work.requeue(ids);
    expect(work.asking).toBe(true);
    expect(await work.requeue(ids)).toBe(false);
    answer();
    expect(await first).toBe(true);
    expect(work.asking).toBe(false);
  });

  it('is busy also while the host looks what that would do', async () => {
    client.script({
      'notifications.previewRequeue': () =>
        ok({ total: 2, skipped: 0, summaries: 2, channels: [] }),
    });
    const first = work.previewRequeue(ids);
    const second = work.previewRequeue(ids);
    expect(work.asking).toBe(true);
    expect(await first).toMatchObject({ total: 2 });
    expect(await second).toMatchObject({ total: 2 });
    expect(work.asking).toBe(false);
  });

  it('says what could not be started, and what failed half-way', async () => {
    client.script({ 'notifications.discardMany': () => fail('unavailable', 'The disk is full.') });
    expect(await work.discard(ids)).toBe(false);
    await work.requeue(ids);
    const because = { code: 'storage.full', params: { path: '/data/belfry.db' } } as const;
    const reason = { code: 'bulk.not_stored', params: { because } } as const;
    client.push(jobChange(job({ state: 'failed', changed: 5, problem: 'For scripts.', reason })));
    expect(said()).toEqual([
      'Could not discard: The disk is full.',
      expect.stringMatching(/^Requeueing: The database cannot write\. The disk is full: /),
      'Stopped: 5 of 100 requeued.',
    ]);
  });

  it('cancels, and takes it easy when it came too late', async () => {
    await work.requeue(ids);
    client.script({ 'bulk.cancel': () => ok(job({ state: 'cancelled', changed: 30 })) });
    await work.cancel(job());
    expect(client.inputsOf('bulk.cancel')).toEqual([{ id: uuid(901) }]);
    client.script({ 'bulk.cancel': () => fail('wrong_state', 'It is cancelled already.') });
    await work.cancel(job());
    expect(said()).toEqual(['Stopped: 30 of 100 requeued.']);
  });

  it('offers to undo a discard for as long as the host allows, whatever this clock says', async () => {
    client.script({ 'notifications.discardMany': () => ok(job({ action: 'discard' })) });
    await work.discard(ids);
    clock.advance(86_400_000);
    client.push(jobChange(discarded()));
    const [notice] = notices.items;
    expect(notice?.undo?.until).toBe(clock.now() + 30_000);
    client.script({
      'notifications.undoDiscard': () => ok(job({ id: uuid(902), action: 'undo_discard' })),
    });
    expect(await notice?.undo?.run()).toBe(true);
    expect(client.inputsOf('notifications.undoDiscard')).toEqual([{ id: uuid(901) }]);
    expect(work.running).toMatchObject([{ action: 'undo_discard' }]);
    clock.advance(30_000);
    expect(notices.items).toEqual([]);
  });

  it('offers no undo where nothing was discarded', async () => {
    client.script({
      'notifications.discardMany': () => ok(discarded({ changed: 0, unchanged: 2 })),
    });
    await work.discard(ids);
    expect(notices.items).toMatchObject([{ text: '0 discarded, 2 unchanged.', undo: null }]);
  });

  it('after a reload, shows what runs and still offers to undo', async () => {
    const old = discarded({ id: uuid(903), undoUntil: NOW_MS - 1 });
    client.script({
      'bulk.list': () => ok({ items: [job({ id: uuid(902) }), discarded(), old] }),
    });
    client.hello('second');
    await settled();
    client.hello('third');
    await settled();
    expect(work.running.map(({ id }) => id)).toEqual([uuid(902)]);
    expect(notices.items).toMatchObject([
      { text: '100 discarded.', undo: { until: NOW_MS + 29_500 } },
    ]);
  });

  it('says when the host was restarted under it', async () => {
    await work.requeue(ids);
    client.hello('second');
    await settled();
    expect(work.running).toEqual([]);
    expect(said()).toEqual([
      'Requeueing: Belfry restarted before this finished. Completed changes are kept.',
    ]);
  });

  it('is not confused by a list that was asked for before it began something', async () => {
    let answer: () => void = () => undefined;
    client.script({
      'bulk.list': () =>
        new Promise((resolve) => {
          answer = () => resolve(ok({ items: [] }));
        }),
    });
    client.hello('second');
    await work.requeue(ids);
    answer();
    await settled();
    expect(work.running).toHaveLength(1);
    expect(said()).toEqual([]);
  });
});
