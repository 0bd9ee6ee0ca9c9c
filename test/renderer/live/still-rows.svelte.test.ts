import { describe, expect, it } from 'vitest';
import { keepPlaces, waitingOf, type PlaceRules } from '../../../renderer/live/places.ts';
import { StillRows } from '../../../renderer/live/still-rows.svelte.ts';

interface Item {
  readonly id: number;
  readonly words?: string;
}
const rows = (...ids: number[]): Item[] => ids.map((id) => ({ id }));
const ids = (items: readonly Item[] | null): number[] | undefined => items?.map(({ id }) => id);
const held: PlaceRules<Item> = { enters: () => false, left: (row: Item) => row };

describe('keepPlaces', () => {
  const kept = (shown: number[], next: number[], rules = held) =>
    ids(keepPlaces(rows(...shown), rows(...next), rules));

  it('lets new rows wait above and between, and takes those below all that is shown', () => {
    expect(kept([3, 2, 1], [5, 4, 3, 2, 1])).toEqual([3, 2, 1]);
    expect(kept([3, 1], [3, 2, 1])).toEqual([3, 1]);
    expect(kept([3, 2], [4, 3, 2, 1, 0])).toEqual([3, 2, 1, 0]);
    expect(kept([], [2, 1])).toEqual([2, 1]);
  });

  it('keeps rows that have left or moved, and takes their newest state', () => {
    expect(kept([3, 2, 1], [3, 1])).toEqual([3, 2, 1]);
    expect(kept([3, 2, 1], [1, 3, 2])).toEqual([3, 2, 1]);
    const next = [{ id: 3, words: 'new' }, { id: 1 }];
    expect(keepPlaces(rows(3, 2, 1), next, held)[0]).toEqual({ id: 3, words: 'new' });
  });

  it('lets nothing in when the list has become another', () => {
    expect(kept([3, 2, 1], [9, 8, 7])).toEqual([3, 2, 1]);
  });

  it('lets in and out what the rules say, each in its place', () => {
    const mine: PlaceRules<Item> = { enters: (id) => id === 4, left: () => null };
    expect(kept([5, 3, 2], [6, 5, 4, 3], mine)).toEqual([5, 4, 3]);
    expect(kept([3, 2], [4, 3, 2], mine)).toEqual([4, 3, 2]);
  });

  it('reads a hundred thousand rows a few times only', () => {
    let reads = 0;
    const counted = Array.from({ length: 100_000 }, (_, index) => ({
      get id() {
        reads += 1;
        return index;
      },
    }));
    const shown = keepPlaces(counted, [{ id: -1 }, ...counted], held);
    expect(shown).toHaveLength(100_000);
    expect(reads).toBeLessThan(500_000);
  });
});

describe('waitingOf', () => {
  it('counts what is new, and sees moves and departures', () => {
    expect(waitingOf(rows(2, 1), rows(4, 3, 2, 1))).toEqual({ added: 2, moved: false });
    expect(waitingOf(rows(2, 1), rows(1, 2))).toEqual({ added: 0, moved: true });
    expect(waitingOf(rows(3, 2, 1), rows(3, 1))).toEqual({ added: 0, moved: true });
    expect(waitingOf(rows(3, 2), rows(3, 2))).toEqual({ added: 0, moved: false });
  });
});

describe('StillRows', () => {
  class Source {
    now = $state.raw<readonly Item[] | null>(null);
  }
  const open = (options: { ordered?: boolean } = {}) => {
    const source = new Source();
    const still = new StillRows<Item>({ rows: () => source.now, ...options });
    const show = (...next: number[]) => {
      source.now = rows(...next);
      return ids(still.rows);
    };
    return { source, still, show };
  };

  it('follows the list until it is held, and again afterwards', () => {
    const { still, show } = open();
    expect(still.rows).toBeNull();
    expect(show(2, 1)).toEqual([2, 1]);
    expect(show(3, 1)).toEqual([3, 1]);
    still.hold();
    expect(show(4, 3, 1)).toEqual([3, 1]);
    expect(still.waiting).toEqual({ added: 1, moved: false });
    still.release();
    expect(ids(still.rows)).toEqual([4, 3, 1]);
    expect(still.waiting).toEqual({ added: 0, moved: false });
  });

  it('shows what waits when asked, and keeps those places from then on', () => {
    const { still, show } = open();
    show(1);
    still.hold();
    show(2, 1);
    still.show();
    expect(ids(still.rows)).toEqual([2, 1]);
    expect(show(3, 2, 1)).toEqual([2, 1]);
  });

  it('lets the row go that the person acted on, and brings it back when that is undone', () => {
    const { still, show } = open();
    show(3, 2, 1);
    still.hold();
    still.actedOn([2]);
    expect(show(3)).toEqual([3, 1]);
    expect(show(4, 3, 2)).toEqual([3, 2, 1]);
  });

  it('shows the newest state of a row that has left its list', () => {
    const { source, still, show } = open();
    show(2, 1);
    still.hold();
    still.note([{ id: 2, value: { id: 2, words: 'resolved' } }]);
    source.now = rows(1);
    expect(still.rows).toEqual([{ id: 2, words: 'resolved' }, { id: 1 }]);
  });

  it('starts over with another query', () => {
    const { source, still, show } = open();
    show(2, 1);
    still.hold();
    source.now = null;
    expect(still.rows).toBeNull();
    expect(show(9, 8)).toEqual([9, 8]);
  });

  it('keeps an order until somebody asks, but lets rows come and go', () => {
    const { still, show } = open({ ordered: true });
    show(1, 2, 3);
    expect(show(3, 4, 1)).toEqual([1, 3, 4]);
    expect(still.waiting).toEqual({ added: 0, moved: true });
    still.show();
    expect(ids(still.rows)).toEqual([3, 4, 1]);
  });
});
