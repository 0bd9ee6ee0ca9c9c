import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { selfSignedCertificate } from '../../base/self-signed-certificate.ts';
import { errorText } from '../../base/logger.ts';
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
 * owner can read. Throws a `ReasonError` of a MailReason if it cannot be used.
 */
export function mailCertificate(
  dataDir: string,
  now: number,
): { readonly cert: string; readonly key: string } {
  const paths = pathsIn(dataDir);
  try {
    if (!existsSync(paths.cert) && !existsSync(paths.key)) make(paths, now);
    chmodSync(paths.key, 0o600);
    const made = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };
    createSecureContext(made);
    return made;
  } catch (error) {
    const params = { path: paths.cert, error: errorText(error) };
    throw new ReasonError({ code: 'mail.certificate', params }, { cause: error });
  }
}

function make(paths: ReturnType<typeof pathsIn>, now: number): void {
  const { cert, key } = selfSignedCertificate(hostname() || 'belfry', {
    from: now - BEFORE_YEARS * YEAR_MS,
    until: now + VALID_YEARS * YEAR_MS,
    serial: randomBytes(15),
  });
  writeFileSync(paths.key, key, { mode: 0o600, flag: 'wx', flush: true });
  writeFileSync(paths.cert, cert, { mode: 0o644, flag: 'wx', flush: true });
}
