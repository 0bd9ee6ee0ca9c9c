import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Objm, type ObjectInfo, type ObjectStore } from '@nats-io/obj';
import { z } from 'zod';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const COMPRESSION_LEVEL = 1;
/** The one before the newest stays, for a core that is just fetching it. */
const KEPT = 2;
/** A large database may take this long. */
const TRANSFER_MS = 600_000;

/** The last transaction that a snapshot has, and its place in the log. */
export interface SnapshotPoint {
  readonly number: number;
  readonly place: number;
}

const metadata = z.object({
  number: z.coerce.number(),
  place: z.coerce.number(),
  nonce: z.base64(),
  tag: z.base64(),
});
type Metadata = z.infer<typeof metadata>;

/** A snapshot that the cluster has. */
export interface StoredSnapshot extends Metadata {
  readonly name: string;
}

/** Copies of the database in the object store of a cluster, compressed and sealed. */
export class Snapshots {
  readonly #store: ObjectStore;
  readonly #cluster: string;
  /** The current key first, then the earlier ones. */
  readonly #keys: readonly Uint8Array[];

  private constructor(store: ObjectStore, cluster: string, keys: readonly Uint8Array[]) {
    this.#store = store;
    this.#cluster = cluster;
    this.#keys = keys;
  }

  static async open(
    client: JetStreamClient,
    options: {
      readonly cluster: string;
      readonly replicas: number;
      readonly keys: readonly Uint8Array[];
      /** True if the store is known to be there. */
      readonly isMade: boolean;
    },
  ): Promise<Snapshots> {
    const { cluster, replicas, keys, isMade } = options;
    const name = `belfry-${cluster}-snapshots`;
    const stores = new Objm(client);
    const store = await (isMade ? stores.open(name) : stores.create(name, { replicas }));
    return new Snapshots(store, cluster, keys);
  }

  /** Returns all of them, the newest first. */
  async list(): Promise<StoredSnapshot[]> {
    const found = await this.#store.list();
    return found.flatMap(storedIn).toSorted((a, b) => b.number - a.number);
  }

  /** Stores a copy of the database, removes the oldest ones, and returns the place from which the log is needed. */
  async put(path: string, { number, place }: SnapshotPoint): Promise<number> {
    const sealed = `${path}.sealed`;
    const nonce = randomBytes(NONCE_BYTES);
    const [key] = this.#keys;
    if (key === undefined) throw new Error('there is no key for snapshots');
    const cipher = createCipheriv(CIPHER, key, nonce);
    cipher.setAAD(this.#context({ number, place }));
    try {
      await pipeline(
        createReadStream(path),
        createDeflateRaw({ level: COMPRESSION_LEVEL }),
        cipher,
        createWriteStream(sealed, { mode: 0o600 }),
      );
      const described = {
        number: String(number),
        place: String(place),
        nonce: nonce.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
      };
      const content = Readable.toWeb(createReadStream(sealed)) as ReadableStream<Uint8Array>;
      await this.#store.put({ name: `snapshot-${number}`, metadata: described }, content, {
        timeout: TRANSFER_MS,
      });
    } finally {
      rmSync(sealed, { force: true });
    }
    const all = await this.list();
    for (const { name } of all.slice(KEPT)) await this.#store.delete(name);
    return Math.min(place, ...all.slice(0, KEPT).map((kept) => kept.place)) + 1;
  }

  /** Writes a snapshot as a database to a path. Throws where it is not sealed with one of the keys. */
  async get(snapshot: StoredSnapshot, path: string): Promise<void> {
    const sealed = `${path}.sealed`;
    try {
      const found = await this.#store.get(snapshot.name);
      if (found === null) throw new Error(`${snapshot.name} is gone`);
      await pipeline(
        Readable.fromWeb(found.data as never),
        createWriteStream(sealed, { mode: 0o600 }),
      );
      const problem = await found.error;
      if (problem) throw problem;
      await this.#unseal(snapshot, sealed, path);
    } finally {
      rmSync(sealed, { force: true });
    }
  }

  async #unseal(snapshot: StoredSnapshot, sealed: string, path: string): Promise<void> {
    const failures: unknown[] = [];
    for (const key of this.#keys) {
      const decipher = createDecipheriv(CIPHER, key, Buffer.from(snapshot.nonce, 'base64'));
      decipher.setAAD(this.#context(snapshot));
      decipher.setAuthTag(Buffer.from(snapshot.tag, 'base64'));
      try {
        await pipeline(
          createReadStream(sealed),
          decipher,
          createInflateRaw(),
          createWriteStream(path, { mode: 0o600 }),
        );
        return;
      } catch (error) {
        // It may be sealed with an earlier key.
        failures.push(error);
        rmSync(path, { force: true });
      }
    }
    throw new AggregateError(failures, `${snapshot.name} is not sealed with a key of this cluster`);
  }

  #context({ number, place }: SnapshotPoint): Buffer {
    return Buffer.from(`${this.#cluster}\n${number}\n${place}`);
  }
}

/** Others may write to the store too: what does not describe itself as a snapshot is none. */
function storedIn({ name, metadata: given, deleted }: ObjectInfo): StoredSnapshot[] {
  const read = metadata.safeParse(given);
  return read.success && !deleted ? [{ name, ...read.data }] : [];
}
