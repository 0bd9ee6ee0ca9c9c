import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from '../base/key-ring.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Returns keys for one purpose, derived from the data keys, the current one first. */
export const keysFor = (keys: KeyRing, purpose: string): Uint8Array[] =>
  keys.all.map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES)));

/** Seals bytes with AES-256-GCM as nonce, tag, text; each is bound to a context, and opens in no other. */
export class Seal {
  /** The current key first, then the earlier ones. */
  readonly #keys: readonly Uint8Array[];

  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys;
  }

  close(context: string, plain: Uint8Array): Buffer {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('there is no key to seal with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Returns null for what is not sealed with one of the keys, in this context. */
  open(context: string, bytes: Uint8Array): Buffer | null {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    if (tag.length !== TAG_BYTES) return null;
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce);
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(sealed), decipher.final()]);
      } catch {
        // It may be sealed with an earlier key.
      }
    }
    return null;
  }
}

/** Returns the tag of sealed bytes, which no other bytes have under the same key. */
export const digestOf = (sealed: Uint8Array): string =>
  Buffer.from(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)).toString('base64url');
