import { createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** 256 random bits: too many to guess, so one fast hash keeps them and no salt is needed. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** An API token is marked as ours, so that secret scanners and people can tell where it belongs. */
export const newToken = (): string => `bf_${newSecret()}`;

/** Returns true for the form of our random tokens and sessions, which nobody can guess. */
export const isTokenShaped = (secret: string): boolean => /^(?:bf_)?[\w-]{43}$/.test(secret);

/** Returns what the database keeps of a secret, 32 bytes. */
export const secretHash = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/**
 * Returns what sessions keep of the admin token that they were made under. Keyed, since the token may be
 * a person's choice, and a copy of the database must not help to guess it.
 */
export function adminMark(dataKey: Buffer, adminToken: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', dataKey, '', 'belfry admin mark, 1', SECRET_BYTES));
  return createHmac('sha256', key).update(adminToken).digest();
}
