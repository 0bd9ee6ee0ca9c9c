import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Certificate } from '../../contract/desktop-core.ts';

const PROBE_TIMEOUT_MS = 10_000;
/** Names in a certificate are as hostile as any other text of a server. */
const NAME_CHARS_MAX = 200;

/** A certificate that a server showed: for a person to compare, and to trust. */
export interface ShownCertificate {
  readonly facts: Certificate;
  readonly pem: string;
}

const short = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, NAME_CHARS_MAX);

/** Returns what a person compares of a certificate in PEM form. Throws if it is none. */
export function factsOf(pem: string): Certificate {
  const { fingerprint256, subject, issuer, validTo } = new X509Certificate(pem);
  return {
    fingerprint: fingerprint256,
    subject: short(subject),
    issuer: short(issuer),
    validTo: Date.parse(validTo),
  };
}

/**
 * Asks a server for its certificate, and sends nothing else: nothing says yet that it is the right server.
 * Null if there is no TLS or no answer within the limit.
 */
export function probeCertificate(url: string, clock: Clock): Promise<ShownCertificate | null> {
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'https:') return Promise.resolve(null);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = process.getBuiltinModule('node:tls').connect({
    host,
    port: Number(port || 443),
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  return new Promise((resolve) => {
    const limit = clock.after(PROBE_TIMEOUT_MS, () => settle(null));
    const settle = (shown: ShownCertificate | null): void => {
      limit[Symbol.dispose]();
      socket.destroy();
      resolve(shown);
    };
    socket.on('error', () => settle(null));
    socket.once('close', () => settle(null));
    socket.once('secureConnect', () => {
      const pem = socket.getPeerX509Certificate()?.toString();
      settle(pem === undefined ? null : { pem, facts: factsOf(pem) });
    });
  });
}
