import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../app.ts';
import type { SnapshotPoint } from './snapshots.ts';
import { ReasonError, refuse } from '../messages/failures.ts';
import type { KeyRing } from '../base/key-ring.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Unsubscribe } from '../contract/client.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';
import type { PushSink } from '../transport/push-sink.ts';
import { DATABASE_NAME, Db, openDatabase } from '../store/database.ts';
import type { RunDatabaseJob } from '../store/files/database-job.ts';
import { asideName, putSnapshotInPlace } from '../store/files/replacement.ts';
import type { Clock } from '../base/clock.ts';
import { lockDataDirectory } from '../store/files/directory-lock.ts';
import { migrations } from '../store/migrations.ts';
import { Replica, ReplicaDiverged, type PlacedEntry } from '../store/replica.ts';
import type { SharedLog } from '../store/shared-log.ts';
import { EntryCodec } from './entry-codec.ts';
import { LeaderProxy } from './leader-proxy.ts';
import type { FromLog, SealedEntry } from './log-messages.ts';
import { LogThread } from './log-thread.ts';
import type { Lease, LogAddress } from './nats-log.ts';

export interface ClusterNodeOptions {
  readonly dataDir: string;
  readonly address: LogAddress;
  /** This core's name, and the URL at which the others reach it. */
  readonly lease: Lease;
  /** Where this core listens. */
  readonly host: string;
  readonly port: number;
  readonly dataKeys: KeyRing;
  /** True if the log begins with this core's data, where there is no log yet. */
  readonly mayBegin: boolean;
  readonly runJob: RunDatabaseJob;
  readonly clock: Clock;
  /** The built `cluster-worker`. */
  readonly script: string | URL;
  readonly logger: Logger;
  /** Builds the app of the core that leads. */
  readonly createApp: (log: SharedLog) => App;
}

const SNAPSHOT_NAME = 'belfry.db.snapshot';

/** Returns what a copy of the database has. */
function pointOf(path: string): SnapshotPoint {
  const db = new Db(path, { readOnly: true });
  try {
    const { place, last } = new Replica(db);
    return { number: last.number, place };
  } finally {
    db.close();
  }
}

/** The database of a core that follows, and what answers in its place. */
interface Following {
  readonly db: Db;
  readonly replica: Replica;
  readonly lock: Disposable;
  readonly proxy: LeaderProxy;
}

/** One core of a cluster: it follows the log and hands on what it is asked, until it leads; then it is the app. */
export class ClusterNode implements App {
  readonly #options: ClusterNodeOptions;
  readonly #codec: EntryCodec;
  readonly #thread: LogThread;
  #following: Following | null = null;
  #app: App | null = null;
  #leader: Lease | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;
  /** Something in the log cannot be applied here; only a restart with another version or key goes on. */
  #isHalted = false;

  constructor(options: ClusterNodeOptions) {
    this.#options = options;
    const { script, dataKeys, address } = options;
    this.#codec = new EntryCodec(dataKeys, address.cluster, migrations().length);
    this.#thread = new LogThread(script, this.#codec, (message) => this.#heard(message));
  }

  readonly dispatch: App['dispatch'] = async (name, input, caller) =>
    this.#app
      ? this.#app.dispatch(name, input, caller)
      : refuse('unavailable', { code: 'error.not_leading', params: {} });

  subscribe(sink: PushSink): Unsubscribe {
    return this.#app?.subscribe(sink) ?? (() => undefined);
  }

  get url(): string {
    const { host, port } = this.#options;
    return this.#app?.url ?? `http://${host}:${port}`;
  }

  resumed(): void {
    this.#app?.resumed();
  }

  mayRecover(sign: RecoverySign): void {
    this.#app?.mayRecover(sign);
  }

  abandon(): void {
    this.#app?.abandon();
  }

  async start(): Promise<void> {
    const { replica } = await this.#follow();
    const { address, lease, dataDir, mayBegin } = this.#options;
    if (!mayBegin && replica.place === 0 && replica.last.number > 0) {
      await this.#leave();
      throw new ReasonError({ code: 'start.not_of_cluster', params: { path: dataDir } });
    }
    const snapshotPath = join(dataDir, SNAPSHOT_NAME);
    const after = replica.place;
    this.#thread.post({ type: 'follow', address, lease, after, mayBegin, snapshotPath });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#turn;
    await this.#app?.stop();
    await this.#leave();
    await this.#thread.stop();
  }

  /** Everything that changes the role happens one after the other. */
  #heard(message: FromLog): void {
    this.#turn = this.#turn
      .then(() => this.#act(message))
      .catch((error: unknown) => {
        this.#options.logger.log('error', 'The cluster could not be followed', {
          error: errorText(error),
        });
      });
  }

  async #act(message: FromLog): Promise<void> {
    if (this.#stopping) return;
    switch (message.type) {
      case 'entries':
        this.#apply(message.entries);
        return;
      case 'leader':
        this.#leader = message.lease;
        if (this.#following) this.#following.proxy.leader = this.#leaderElsewhere;
        return;
      case 'elected':
        await this.#lead();
        return;
      case 'deposed':
        await this.#retire();
        return;
      case 'restored':
        await this.#takeSnapshot();
        return;
      case 'snapshotDue':
        void this.#makeSnapshot();
        return;
      case 'trouble':
        this.#options.logger.log('warn', 'The log of the cluster is not in reach, or in trouble', {
          error: message.error,
        });
        return;
      case 'stopped':
    }
  }

  get #leaderElsewhere(): string | null {
    const { core = null, url = null } = this.#leader ?? {};
    return core === this.#options.lease.core ? null : url;
  }

  #apply(entries: readonly SealedEntry[]): void {
    const { replica } = this.#following ?? {};
    if (!replica || this.#isHalted) return;
    try {
      replica.apply(entries.map((entry) => this.#opened(entry)));
    } catch (error) {
      if (error instanceof ReplicaDiverged) this.#thread.post({ type: 'restore' });
      else this.#halt(error);
      return;
    }
    this.#thread.post({ type: 'applied', sequence: replica.place });
  }

  #opened({ number, sequence, bytes }: SealedEntry): PlacedEntry {
    const { schema, ...entry } = this.#codec.decode(number, Buffer.from(bytes));
    const known = migrations().length;
    if (schema !== known) {
      throw new Error(
        schema > known
          ? `the core that leads is newer (schema ${schema}, this one knows ${known}): install that version here`
          : `the core that leads is older (schema ${schema}, this one has ${known}): install this version there`,
      );
    }
    return { ...entry, place: sequence };
  }

  /** Applies nothing more, so that this core never leads with half of what the log has. */
  #halt(error: unknown): void {
    this.#isHalted = true;
    this.#options.logger.log('error', 'This core cannot follow its cluster any further', {
      error: errorText(error),
    });
  }

  async #follow(): Promise<Following> {
    const { dataDir, host, port } = this.#options;
    const lock = lockDataDirectory(dataDir);
    const db = openDatabase(dataDir);
    const proxy = new LeaderProxy();
    proxy.leader = this.#leaderElsewhere;
    await proxy.listen(host, port);
    return (this.#following = { db, replica: new Replica(db), lock, proxy });
  }

  /** Takes a snapshot of the cluster in place of the database, which is put aside if it has something. */
  async #takeSnapshot(): Promise<void> {
    const { dataDir, clock, logger } = this.#options;
    await this.#leave();
    const aside = asideName(dataDir, 'replaced', clock.now());
    putSnapshotInPlace(dataDir, join(dataDir, SNAPSHOT_NAME), aside);
    const { replica } = await this.#follow();
    logger.log('info', 'A snapshot of the cluster was restored', { number: replica.last.number });
    this.#thread.post({ type: 'resign', after: replica.place });
  }

  /** Copies the database for the cluster, away from the core's own thread. */
  async #makeSnapshot(): Promise<void> {
    const { dataDir, runJob, logger } = this.#options;
    const target = join(dataDir, `${SNAPSHOT_NAME}.copy`);
    rmSync(target, { force: true });
    const source = join(dataDir, DATABASE_NAME);
    try {
      const signal = new AbortController().signal;
      const problem = await runJob({ type: 'copy', source, target }, signal);
      if (problem !== null) throw new Error(problem);
      this.#thread.post({ type: 'snapshot', path: target, ...pointOf(target) });
    } catch (error) {
      logger.log('warn', 'No snapshot could be made for the cluster', { error: errorText(error) });
    }
  }

  async #leave(): Promise<void> {
    const following = this.#following;
    if (!following) return;
    this.#following = null;
    await following.proxy.stop();
    following.db.close();
    following.lock[Symbol.dispose]();
  }

  async #lead(): Promise<void> {
    await this.#leave();
    this.#options.logger.log('info', 'This core leads its cluster');
    this.#app = this.#options.createApp(this.#thread);
    try {
      await this.#app.start();
    } catch (error) {
      this.#options.logger.log('error', 'The core could not start to lead', {
        error: errorText(error),
      });
      await this.#retire();
    }
  }

  async #retire(): Promise<void> {
    if (!this.#app) return;
    this.#options.logger.log('warn', 'This core does not lead its cluster any more');
    try {
      await this.#app.stop();
    } catch (error) {
      // What wants to write at its end cannot any more. The database is closed nevertheless.
      this.#options.logger.log('warn', 'Not everything could be stopped', {
        error: errorText(error),
      });
    }
    this.#app = null;
    const { replica } = await this.#follow();
    this.#thread.post({ type: 'resign', after: replica.place });
  }
}
