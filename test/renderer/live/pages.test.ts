import { describe, expect, it } from 'vitest';
import { withChanges, withHead, withNextPage, type Pages } from '../../../renderer/live/pages.ts';
import type { Alert } from '../../../main/contract/alert.ts';
import { alert, uuid } from '../support/samples.ts';

const page = (numbers: number[], nextCursor: string | null, total = 100): Pages<Alert> => ({
  items: numbers.map((number) => alert({ id: uuid(number) })),
  nextCursor,
  total,
});
const numbers = ({ items }: Pages<Alert>): number[] => items.map(({ id }) => Number(id.slice(-12)));

describe('withNextPage', () => {
  it('adds what is new behind what is there, and takes cursor and total', () => {
    const both = withNextPage(page([9, 8, 7], 'c1'), page([7, 6], 'c2', 101));
    expect(numbers(both)).toEqual([9, 8, 7, 6]);
    expect(both).toMatchObject({ nextCursor: 'c2', total: 101 });
  });
});

describe('withHead', () => {
  it('takes the first page when nothing is there', () => {
    expect(numbers(withHead(null, page([3, 2], 'c')))).toEqual([3, 2]);
  });

  it('takes the first page alone when it is the last', () => {
    expect(numbers(withHead(page([3, 2, 1], 'c'), page([4, 2], null)))).toEqual([4, 2]);
  });

  it('renews what the first page covers and keeps the rest with its cursor', () => {
    const merged = withHead(page([9, 8, 7, 6, 5, 4], 'deep'), page([10, 9, 7], 'head'));
    expect(numbers(merged)).toEqual([10, 9, 7, 6, 5, 4]);
    expect(merged.nextCursor).toBe('deep');
  });

  it('keeps the rest when the first page ends with a row that was not there', () => {
    const merged = withHead(page([9, 8, 5, 4], 'deep'), page([9, 8, 6], 'head'));
    expect(numbers(merged)).toEqual([9, 8, 6, 5, 4]);
  });

  it('starts over when nothing is shared, since what lies between is not known', () => {
    const merged = withHead(page([3, 2, 1], 'deep'), page([203, 202, 201], 'head'));
    expect(numbers(merged)).toEqual([203, 202, 201]);
    expect(merged.nextCursor).toBe('head');
  });
});

describe('withChanges', () => {
  const isOpen = ({ state }: { state: string }): boolean => state === 'open';
  const changed = (number: number, part: Parameters<typeof alert>[0]) => ({
    id: uuid(number),
    value: alert({ id: uuid(number), ...part }),
  });

  it('replaces what stays and lets go what is gone or belongs elsewhere', () => {
    const after = withChanges(
      page([4, 3, 2, 1], 'c', 50),
      [
        changed(4, { message: 'worse' }),
        changed(3, { state: 'resolved' }),
        { id: uuid(2), value: null },
      ],
      isOpen,
    );
    expect(numbers(after)).toEqual([4, 1]);
    expect(after).toMatchObject({ total: 48, nextCursor: 'c' });
    expect(after.items[0]?.message).toBe('worse');
  });

  it('takes the latest of several changes', () => {
    const both = [changed(1, { message: 'old' }), changed(1, { message: 'new' })];
    expect(withChanges(page([1], null), both, isOpen).items[0]?.message).toBe('new');
  });

  it('leaves the list as it is when none of it changed', () => {
    const loaded = page([2, 1], null);
    expect(withChanges(loaded, [changed(9, {})], isOpen)).toBe(loaded);
  });

  it('reads each row a few times only, however many have changed', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
    let reads = 0;
    const loaded = page(many, null, 1_000);
    const counted = loaded.items.map((item) => ({
      ...item,
      get id() {
        reads += 1;
        return item.id;
      },
    }));
    const changes = many.map((number) => changed(number, { state: 'acknowledged' }));
    expect(withChanges({ ...loaded, items: counted }, changes, isOpen).total).toBe(0);
    expect(reads).toBeLessThan(5 * many.length);
  });
});
