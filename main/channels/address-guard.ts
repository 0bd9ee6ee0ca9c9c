import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isRefusedHost } from '../domain/refused-address.ts';

/** The destination leads to an address that is never a receiver. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
}

/**
 * Checks what a name was resolved to, and hands on exactly that: the address that was checked is the one
 * that is connected to, whatever the name leads to a moment later.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => isRefusedHost(address));
    if (refused) {
      return callback(new RefusedAddressError(`${hostname} leads to ${refused.address}.`), []);
    }
    callback(null, addresses);
  });
};

/** Throws when the host is a refused address itself, which no lookup would ever see. */
export function refuseLiteral(hostname: string): void {
  if (isRefusedHost(hostname)) {
    throw new RefusedAddressError(`${hostname} is a link-local or metadata address.`);
  }
}
