import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';

/** Loaded by the first use: it takes megabytes, and a receiver in the LAN rarely has TLS. */
const tls = () => process.getBuiltinModule('node:tls');

/** The certificates to trust instead of the web's authorities. */
export type Trust = Pick<
  ConnectionOptions,
  'ca' | 'checkServerIdentity' | 'allowPartialTrustChain'
>;

/** Thrown for a configured certificate that cannot be read. */
export class UnreadableCertificate extends Error {
  override readonly name = 'UnreadableCertificate';
}

/**
 * Returns trust in one certificate (PEM) alone, the server's or its authority's. A server that shows that
 * very certificate is trusted whatever name it is for: self-made ones rarely have the right one. Throws
 * UnreadableCertificate.
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
      peer.raw.equals(raw) ? undefined : tls().checkServerIdentity(host, peer),
  };
}
