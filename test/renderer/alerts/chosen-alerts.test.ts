import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../../main/contract/result.ts';
import { AlertList, chosenAlerts, type ChosenAlerts } from '../../../renderer/alerts/alert-list.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { alert, alertChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

let client: FakeClient;
let alerts: AlertList;
let chosen: ChosenAlerts;
const numbers = (): number[] => {
  const { selection } = chosen;
  return 'ids' in selection ? selection.ids.map((id) => Number(id.slice(-12))) : [];
};

beforeEach(async () => {
  const items = [5, 4, 3, 2, 1].map((number) => alert({ id: uuid(number) }));
  client = new FakeClient({ 'alerts.list': () => ok({ items, nextCursor: 'more', total: 70 }) });
  const feed = new LiveFeed(client);
  feed.start();
  alerts = new AlertList({ client, feed, clock: new ManualClock() });
  alerts.open();
  chosen = chosenAlerts(alerts, () => alerts.query.search);
  await settled();
});

describe('ChosenAlerts', () => {
  it('ticks and unticks one by one', () => {
    chosen.set(uuid(2), true, false);
    chosen.set(uuid(4), true, false);
    expect(numbers()).toEqual([4, 2]);
    expect(chosen.count).toBe(2);
    chosen.set(uuid(2), false, false);
    expect(numbers()).toEqual([4]);
    expect(chosen.isAllShown).toBe(false);
  });

  it.each([
    ['downwards', 5, 2, [5, 4, 3, 2]],
    ['upwards', 2, 4, [4, 3, 2]],
    ['onto itself', 3, 3, [3]],
  ])('ticks a range %s', (_way, from, to, ticked) => {
    chosen.set(uuid(from), true, false);
    chosen.set(uuid(to), true, true);
    expect(numbers()).toEqual(ticked);
  });

  it('unticks a range, and takes a lone shift-click for a click', () => {
    chosen.set(uuid(3), true, true);
    expect(numbers()).toEqual([3]);
    chosen.setShown(true);
    chosen.set(uuid(4), false, false);
    chosen.set(uuid(2), false, true);
    expect(numbers()).toEqual([5, 1]);
  });

  it('ticks what is shown, and all that match only when asked to', () => {
    chosen.setShown(true);
    expect(chosen).toMatchObject({ count: 5, isAllShown: true, isEverything: false });
    chosen.setEverything();
    expect(chosen).toMatchObject({ count: 70, isEverything: true });
    expect(chosen.has(uuid(99))).toBe(true);
    expect(chosen.selection).toEqual({ filter: {} });
    alerts.show({ search: 'nas' });
    expect(chosen.selection).toEqual({ filter: { q: 'nas' } });
  });

  it('means the shown rows again once one of all that match is unticked', () => {
    chosen.setEverything();
    chosen.set(uuid(3), false, false);
    expect(numbers()).toEqual([5, 4, 2, 1]);
    expect(chosen.isEverything).toBe(false);
  });

  it('forgets a row that leaves the list', () => {
    chosen.setShown(true);
    client.push(alertChange(alert({ id: uuid(3), state: 'resolved', closedAt: 1 })));
    expect(numbers()).toEqual([5, 4, 2, 1]);
    expect(chosen.count).toBe(4);
  });

  it('clears', () => {
    chosen.setEverything();
    chosen.clear();
    expect(chosen).toMatchObject({ count: 0, isAllShown: false });
  });
});
