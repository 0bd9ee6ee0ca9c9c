import { randomBytes, type KeyObject } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { replaceDurably } from '../../base/durable-file.ts';
import { errorText } from '../../base/logger.ts';
import {
  keyPem,
  madeKeyIn,
  newCertificateKey,
  selfSignedCertificate,
} from '../../base/self-signed-certificate.ts';
import { ReasonError } from '../../messages/failures.ts';

const YEAR_MS = 365 * 86_400_000;
/** Senders that check a certificate at all pin it, and a pinned one should not expire. */
const VALID_YEARS = 20;
/** Clocks of devices may be behind. */
const BEFORE_YEARS = 1;

/** The certificate and its key, which people may replace. */
const pathsIn = (dataDir: string) => ({
  cert: join(dataDir, 'mail-cert.pem'),
  key: join(dataDir, 'mail-key.pem'),
});

/**
 * Returns the certificate for STARTTLS from the data directory, made on first use, with a key that only its
 * owner can read. What people put there, links too, stays as it is. Throws a `ReasonError` of a MailReason if
 * it cannot be used.
 */
export function mailCertificate(
  dataDir: string,
  now: number,
): { readonly cert: string; readonly key: string } {
  const paths = pathsIn(dataDir);
  try {
    makeMissing(paths, now);
    const pair = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const params = { path: paths.cert, error: errorText(error) };
    throw new ReasonError({ code: 'mail.certificate', params }, { cause: error });
  }
}

/**
 * Makes the key and then its certificate, unless there is one. A crash between the two leaves a key alone, which
 * gets its certificate at the next start. Nothing that is there is written to.
 */
function makeMissing(paths: ReturnType<typeof pathsIn>, now: number): void {
  // A link counts, wherever it leads: the place that it leads to may not be mounted yet.
  if (lstatSync(paths.cert, { throwIfNoEntry: false })) return;
  const key = keyAt(paths.key);
  if (key === null) return;
  const cert = selfSignedCertificate(hostname() || 'belfry', key, {
    from: now - BEFORE_YEARS * YEAR_MS,
    until: now + VALID_YEARS * YEAR_MS,
    serial: randomBytes(15),
  });
  replaceDurably(paths.cert, cert, 0o644);
}

/** Returns the key at a path, made if there is none; null for one that cannot be from here. */
function keyAt(path: string): KeyObject | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found) return found.isFile() ? madeKeyIn(readFileSync(path, 'utf8')) : null;
  const key = newCertificateKey();
  replaceDurably(path, keyPem(key), 0o600);
  return key;
}
