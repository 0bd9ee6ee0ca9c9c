import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../../base/key-ring.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals configurations at rest with AES-256-GCM under the data directory's current key, and opens what it
 * or an earlier one sealed. `context` (the row's id) is authenticated along, so that a sealed value cannot
 * be moved to another row.
 */
export class Vault {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  seal(value: unknown, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.current, nonce);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** Throws when no key of the ring has sealed it or the bytes were changed. */
  open(sealed: Buffer, context: string): unknown {
    let failure: unknown;
    for (const key of this.#keys.all) {
      try {
        return JSON.parse(opened(key, sealed, context));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Returns a value that an earlier key sealed, sealed with the current one, unless there is no need or no way. */
  reseal(sealed: Buffer, context: string): Buffer | 'current' | 'unreadable' {
    if (isOpenedBy(this.#keys.current, sealed, context)) return 'current';
    const isKnown = this.#keys.earlier.some((key) => isOpenedBy(key, sealed, context));
    return isKnown ? this.seal(this.open(sealed, context), context) : 'unreadable';
  }
}

function isOpenedBy(key: Buffer, sealed: Buffer, context: string): boolean {
  try {
    opened(key, sealed, context);
    return true;
  } catch {
    // The only way in which the cipher says that the key or the bytes are others.
    return false;
  }
}

function opened(key: Buffer, sealed: Buffer, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    // Without it a sealed value that was cut would be checked against a tag of a few bytes.
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
