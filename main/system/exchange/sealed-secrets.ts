import { randomBytes, scrypt } from 'node:crypto';
import { KeyRing } from '../../base/key-ring.ts';
import { SCRYPT, type Encryption } from '../../contract/config-document.ts';
import { Vault } from '../../store/files/vault.ts';

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** The memory limit that Node needs for scrypt, which itself asks for 128·N·r. */
const MEMORY_BYTES_MAX = 2 * 128 * SCRYPT.cost * SCRYPT.blockSize;

const CHECK = 'check';

export type Secrets = Readonly<Record<string, unknown>>;

/**
 * The secrets of one file, sealed under its passphrase. What is sealed is bound to its kind of thing,
 * not to a name: people may rename what they import.
 */
export class SealedSecrets {
  readonly encryption: Encryption;
  readonly #vault: Vault;

  private constructor(encryption: Encryption, vault: Vault) {
    this.encryption = encryption;
    this.#vault = vault;
  }

  /** For a new file. Takes a few tenths of a second, off the main thread. */
  static async create(passphrase: string): Promise<SealedSecrets> {
    const salt = randomBytes(SALT_BYTES);
    const vault = await vaultOf(passphrase, salt);
    const encryption = {
      cipher: 'aes-256-gcm',
      kdf: 'scrypt',
      ...SCRYPT,
      salt: salt.toString('base64'),
      check: vault.seal(CHECK, CHECK).toString('base64'),
    } as const;
    return new SealedSecrets(encryption, vault);
  }

  /** Of a file that is read; null when it was sealed with another passphrase. */
  static async open(encryption: Encryption, passphrase: string): Promise<SealedSecrets | null> {
    const vault = await vaultOf(passphrase, Buffer.from(encryption.salt, 'base64'));
    const secrets = new SealedSecrets(encryption, vault);
    return secrets.#opened(encryption.check, CHECK) === CHECK ? secrets : null;
  }

  seal(secrets: Secrets, kind: string): string {
    return this.#vault.seal(secrets, kind).toString('base64');
  }

  /** Null when it is not what was sealed: another kind's, cut, or changed. */
  open(sealed: string, kind: string): Secrets | null {
    return this.#opened(sealed, kind) as Secrets | null;
  }

  #opened(sealed: string, context: string): unknown {
    try {
      return this.#vault.open(Buffer.from(sealed, 'base64'), context);
    } catch {
      // AES-GCM does not say more than that the bytes do not belong together.
      return null;
    }
  }
}

const vaultOf = async (passphrase: string, salt: Buffer): Promise<Vault> =>
  new Vault(new KeyRing([await keyOf(passphrase, salt)]));

/** The same characters are typed in more than one way; NFKC makes one of them. */
function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { ...SCRYPT, maxmem: MEMORY_BYTES_MAX };
  scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
    if (error) reject(error);
    else resolve(key);
  });
  return promise;
}
