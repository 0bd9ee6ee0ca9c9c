import { lookup, type LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Trust } from '../base/tls-trust.ts';
import { isRefusedHost } from '../domain/refused-address.ts';

/** Loaded by the first use: it takes megabytes, and a receiver in the LAN rarely has TLS. */
const tls = () => process.getBuiltinModule('node:tls');

/** Thrown for a destination whose address is never a receiver. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
}

/**
 * Checks the addresses of a name and returns exactly those, so that no later lookup can change where the
 * connection goes.
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

/** Throws if the host is itself a refused address, which no lookup sees. */
export function refuseLiteral(hostname: string): void {
  if (isRefusedHost(hostname)) {
    throw new RefusedAddressError(`${hostname} is a link-local or metadata address.`);
  }
}

export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Null is a connection without TLS. */
  readonly trust: Trust | null;
}

/** Returns the name that a server has to prove; an IP address has none. */
export const serverName = (host: string): string | undefined =>
  isIP(host) === 0 ? host : undefined;

/**
 * Opens a connection. Throws RefusedAddressError for an address that is never a receiver; if a name
 * resolves to one, it is the socket's error.
 */
export function dial({ host, port, trust }: Destination): Socket {
  refuseLiteral(host);
  const address = { host, port, lookup: guardedLookup };
  if (trust === null) return connect(address);
  const servername = serverName(host);
  return tls().connect({
    ...address,
    ...(servername === undefined ? {} : { servername }),
    ...trust,
  });
}

/** Resolves once it is connected and, with TLS, secured. Rejects with the socket's error, and when `signal` aborts. */
export function dialled(destination: Destination, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = dial(destination);
  return new Promise((resolve, reject) => {
    const giveUp = (): void => void socket.destroy(new Error('Cut off', { cause: signal.reason }));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', giveUp);
      reject(error);
    });
    socket.once(destination.trust === null ? 'connect' : 'secureConnect', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(socket);
    });
  });
}
