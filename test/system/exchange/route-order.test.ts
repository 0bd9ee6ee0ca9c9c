import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fallbackOrder, mergedOrder } from '../../../main/system/exchange/config-import.ts';

test.for([
  ['abc', '', 'abc'],
  ['abc', 'ca', 'cba'],
  ['abc', 'x', 'abcx'],
  ['abc', 'xb', 'axbc'],
  ['abc', 'axby', 'axbcy'],
  ['', 'ba', 'ba'],
] as const)('%s with a file of %s becomes %s', ([stored, inFile, order]) => {
  expect(mergedOrder([...stored], [...inFile])).toEqual([...order]);
});

test('everything is there once, and the file keeps its order', () => {
  const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'));
  fc.assert(
    fc.property(names, names, (stored, inFile) => {
      const order = mergedOrder(stored, inFile);
      expect(order.toSorted()).toEqual([...new Set([...stored, ...inFile])].sort());
      expect(order.filter((name) => inFile.includes(name))).toEqual(inFile);
      const others = (all: readonly string[]) => all.filter((name) => !inFile.includes(name));
      expect(others(order)).toEqual(others(stored));
    }),
  );
});

test('each channel comes after its fallback, or the circle is named', () => {
  expect(
    fallbackOrder(
      new Map([
        ['a', 'b'],
        ['b', 'c'],
        ['c', null],
      ]),
    ),
  ).toEqual({
    order: ['c', 'b', 'a'],
  });
  expect(
    fallbackOrder(
      new Map([
        ['x', 'a'],
        ['a', 'b'],
        ['b', 'a'],
      ]),
    ),
  ).toEqual({
    circle: ['a', 'b', 'a'],
  });
});
