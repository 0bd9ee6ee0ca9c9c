import { Db } from '../store/database.ts';
import { lockDataDirectory } from '../store/files/directory-lock.ts';
import { openFollower } from '../store/files/opening.ts';
import { Replica } from '../store/replica.ts';
import type { EntryCodec } from './entry-codec.ts';
import { LeaderProxy } from './leader-proxy.ts';
import type { SealedEntry } from './log-messages.ts';
import type { SnapshotPoint } from './snapshots.ts';

/** The database of a core that follows, and what answers in its place. */
export class Follower implements AsyncDisposable {
  readonly proxy: LeaderProxy;
  readonly #db: Db;
  readonly #replica: Replica;
  readonly #lock: Disposable;

  private constructor(db: Db, lock: Disposable, proxy: LeaderProxy) {
    this.#db = db;
    this.#lock = lock;
    this.proxy = proxy;
    this.#replica = new Replica(db);
  }

  /** Takes the lock of the data directory, opens its database and listens. `leader` is where to hand requests on to. */
  static async open(options: {
    readonly dataDir: string;
    readonly host: string;
    readonly port: number;
    readonly leader: string | null;
  }): Promise<Follower> {
    const { dataDir, host, port, leader } = options;
    using undo = new DisposableStack();
    const lock = undo.use(lockDataDirectory(dataDir));
    const db = openFollower(dataDir);
    undo.defer(() => db.close());
    const proxy = new LeaderProxy();
    proxy.leader = leader;
    await proxy.listen(host, port);
    undo.move();
    return new Follower(db, lock, proxy);
  }

  get reached(): SnapshotPoint {
    return reachedBy(this.#replica);
  }

  get isEmpty(): boolean {
    return this.#replica.last.number === 0;
  }

  /** True for data that was not written in a cluster. */
  get isOfNoCluster(): boolean {
    return !this.isEmpty && this.#replica.point.place === 0;
  }

  /**
   * Applies an entry. Others may write to the log too: what is not sealed with a key of this cluster is nothing.
   * Returns why it was passed over; null for one that was not. Throws as `Replica.apply`, and where nothing was
   * ever sealed with this core's key.
   */
  apply(codec: EntryCodec, { number, place, bytes }: SealedEntry): string | null {
    const entry = codec.decode(number, Buffer.from(bytes));
    if (entry) {
      this.#replica.apply({ ...entry, place });
      return null;
    }
    const problem = `entry ${number} is not sealed with a key of this cluster`;
    if (this.#replica.point.place === 0) throw new Error(problem);
    return problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.stop();
    this.#db.close();
    this.#lock[Symbol.dispose]();
  }
}

const reachedBy = ({ last, point }: Replica): SnapshotPoint => ({
  number: last.number,
  place: point.place,
});

/** Returns what a copy of the database has. */
export function reachedIn(path: string): SnapshotPoint {
  const db = new Db(path, { readOnly: true });
  try {
    return reachedBy(new Replica(db));
  } finally {
    db.close();
  }
}
