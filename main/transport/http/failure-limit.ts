import { isIPv6 } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { HTTP_LIMITS } from './http-limits.ts';

/** How a credential is presented. Failures of one kind never count against another. */
export type CredentialKind =
  | 'bearer token'
  | 'basic password'
  | 'sender key'
  | 'session cookie'
  | 'sign-in code'
  | 'ping address'
  | 'push address'
  | 'action link'
  | 'mail password'
  | 'mail recipient';

interface Window {
  count: number;
  readonly endsAtMs: number;
}

/**
 * Counts failed credentials per kind and remote network in windows of fixed length. Only failures are
 * answered differently beyond the limit: a web page can make a browser fail as often as it likes, so a
 * count must never refuse a credential that is right. Memory is bounded per kind: the oldest window
 * makes room for a new one.
 */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #windowsByKind = new Map<CredentialKind, Map<string, Window>>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Counts a failure. Returns true when the network had used up its failures of that kind before. */
  failed(kind: CredentialKind, address: string): boolean {
    const windows = this.#windowsOf(kind);
    const network = networkOf(address);
    const now = this.#clock.monotonicMs();
    const window = windows.get(network);
    if (window && window.endsAtMs > now) {
      if (window.count >= HTTP_LIMITS.failuresPerWindowMax) return true;
      window.count += 1;
      if (window.count === HTTP_LIMITS.failuresPerWindowMax) {
        this.#logger.log('warn', 'too many failed sign-ins', { address, kind });
      }
      return false;
    }
    windows.delete(network);
    if (windows.size >= HTTP_LIMITS.failureAddressesMax) {
      for (const oldest of windows.keys()) {
        windows.delete(oldest);
        break;
      }
    }
    windows.set(network, { count: 1, endsAtMs: now + HTTP_LIMITS.failureWindowMs });
    return false;
  }

  #windowsOf(kind: CredentialKind): Map<string, Window> {
    const windows = this.#windowsByKind.get(kind) ?? new Map<string, Window>();
    this.#windowsByKind.set(kind, windows);
    return windows;
  }
}

/** One machine has one IPv4 address but 2^64 IPv6 addresses, so those count by their first 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
