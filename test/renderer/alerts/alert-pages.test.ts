import { describe, expect, it } from 'vitest';
import { withHead, withNextPage, type AlertPage } from '../../../renderer/alerts/alert-pages.ts';
import { alert, uuid } from '../support/samples.ts';

const page = (numbers: number[], nextCursor: string | null, total = 100): AlertPage => ({
  items: numbers.map((number) => alert({ id: uuid(number) })),
  nextCursor,
  total,
});
const numbers = ({ items }: AlertPage): number[] => items.map(({ id }) => Number(id.slice(-12)));

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

  it('begins anew when nothing is shared, since what lies between is not known', () => {
    const merged = withHead(page([3, 2, 1], 'deep'), page([203, 202, 201], 'head'));
    expect(numbers(merged)).toEqual([203, 202, 201]);
    expect(merged.nextCursor).toBe('head');
  });
});
