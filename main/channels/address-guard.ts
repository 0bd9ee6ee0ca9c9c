import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Cloud metadata services answer here with credentials; nothing a notification is for. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');

/** The destination leads to an address that is never a receiver. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

const isRefused = (address: string): boolean =>
  REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Checked after resolution, so that a name which leads to a refused address is refused too. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => isRefused(address));
    if (refused) {
      return callback(new RefusedAddress(`${hostname} leads to ${refused.address}.`), []);
    }
    callback(null, addresses);
  });
};

/** Throws when the host is a refused address itself, which no lookup would ever see. */
export function refuseLiteral(hostname: string): void {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && isRefused(literal)) {
    throw new RefusedAddress(`${hostname} is a link-local address.`);
  }
}
