import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { guardedLookup, RefusedAddressError } from '../../main/channels/dial.ts';

/** Resolves a name as the lookup of a connection does; a literal is resolved to itself. */
const resolved = (name: string): Promise<string | LookupAddress[]> =>
  new Promise((resolve, reject) => {
    guardedLookup(name, { all: true }, (error, address) => {
      if (error) reject(error);
      else resolve(address);
    });
  });

test.each(['169.254.169.254', '100.100.100.200', 'fd20:ce::254', '::ffff:169.254.169.254'])(
  'a name that was resolved to %s is not connected to',
  async (address) => {
    await expect(resolved(address)).rejects.toBeInstanceOf(RefusedAddressError);
  },
);

test('what was checked is what is connected to', async () => {
  expect(await resolved('192.168.1.20')).toEqual([{ address: '192.168.1.20', family: 4 }]);
});
