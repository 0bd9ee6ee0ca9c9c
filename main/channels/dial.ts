import { X509Certificate } from 'node:crypto';
import { lookup, type LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from 'node:tls';
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

/** Whom to trust beyond, or rather than, the authorities of the web. */
export type Trust = Pick<
  ConnectionOptions,
  'ca' | 'checkServerIdentity' | 'allowPartialTrustChain'
>;

/** The configured certificate is none. */
export class UnreadableCertificate extends Error {
  override readonly name = 'UnreadableCertificate';
}

/**
 * Trust in one certificate (PEM) alone, be it the server's own or its authority's. A server that shows the
 * very certificate is known by it, whatever name it is for: those that servers make for themselves rarely
 * have the right one. Throws UnreadableCertificate.
 */
export function trustIn(certificate: string | undefined): Trust {
  if (certificate === undefined) return {};
  let raw: Buffer;
  try {
    ({ raw } = new X509Certificate(certificate));
  } catch (cause) {
    throw new UnreadableCertificate('The trusted certificate cannot be read.', { cause });
  }
  return {
    ca: certificate,
    allowPartialTrustChain: true,
    checkServerIdentity: (host, peer) =>
      peer.raw.equals(raw) ? undefined : checkServerIdentity(host, peer),
  };
}

export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Null is a connection without TLS. */
  readonly trust: Trust | null;
}

/** The name that a server is asked to prove; an IP address has none. */
export const serverName = (host: string): string | undefined =>
  isIP(host) === 0 ? host : undefined;

/**
 * Begins a connection to anything but an address that is never a receiver. Throws RefusedAddressError for
 * such a literal; what a name leads to is seen later, and is then the socket's error.
 */
export function dial({ host, port, trust }: Destination): Socket {
  refuseLiteral(host);
  const address = { host, port, lookup: guardedLookup };
  if (trust === null) return connect(address);
  const servername = serverName(host);
  return connectTls({ ...address, ...(servername === undefined ? {} : { servername }), ...trust });
}

/** Waits until it is connected, and secured if it is to be. Rejects with the socket's error, and when `signal` aborts. */
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
