import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../app.ts';
import { passed, type Clock } from '../base/clock.ts';
import type { KeyRing } from '../base/key-ring.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Unsubscribe } from '../contract/client.ts';
import type { ClusterStatus } from '../contract/cluster.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';
import { ReasonError, refuse } from '../messages/failures.ts';
import { DATABASE_NAME, openDatabase } from '../store/database.ts';
import type { RunDatabaseJob } from '../store/files/database-job.ts';
import { diskTrouble } from '../store/files/disk-error.ts';
import { DatabaseNotWhole } from '../store/files/opening.ts';
import { asideName, putSnapshotInPlace, setDatabaseAside } from '../store/files/replacement.ts';
import { migrations } from '../store/migrations.ts';
import { ReplicaDiverged } from '../store/replica.ts';
import type { SharedLog } from '../store/shared-log.ts';
import type { PushSink } from '../transport/push-sink.ts';
import { EntryCodec } from './entry-codec.ts';
import { Follower, reachedIn } from './follower.ts';
import type { FromLog, Lease, LogAddress, SealedEntry } from './log-messages.ts';
import { LogThread } from './log-thread.ts';
import { keysFor } from './seal.ts';

export interface ClusterNodeOptions {
  readonly dataDir: string;
  readonly address: Omit<LogAddress, 'keys'>;
  /** This core's name, and the URL at which the others reach it. */
  readonly core: string;
  readonly url: string;
  readonly version: string;
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
  readonly createApp: (part: LeadersPart) => App;
}

/** The part of an app in the cluster that it leads. */
export interface LeadersPart {
  readonly sharedLog: SharedLog;
  readonly cluster: {
    current(): ClusterStatus;
    onChanged(listener: (cluster: ClusterStatus) => void): void;
  };
  readonly onDamaged: () => void;
}

const SNAPSHOT_NAME = 'belfry.db.snapshot';
const RETRY_MS = 1_000;

/** One core of a cluster: it follows the log and hands on what it is asked, until it leads; then it is the app. */
export class ClusterNode implements App {
  readonly #options: ClusterNodeOptions;
  readonly #codec: EntryCodec;
  readonly #thread: LogThread;
  readonly #lease: Lease;
  #follower: Follower | null = null;
  #app: App | null = null;
  #leader: Lease | null = null;
  #status: ClusterStatus;
  #changed: (cluster: ClusterStatus) => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;
  #mayBegin: boolean;
  /** Something in the log cannot be applied here; only a restart with another version or key goes on. */
  #isHalted = false;
  #trouble = '';

  constructor(options: ClusterNodeOptions) {
    const { script, dataKeys, address, core, url, mayBegin } = options;
    this.#options = options;
    this.#mayBegin = mayBegin;
    this.#lease = { core, url, instance: randomUUID() };
    this.#status = { name: address.cluster, core, inReach: false, cores: [] };
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
    const { dataDir, dataKeys, address, version } = this.#options;
    const { reached, isOfNoCluster } = await this.#followFirst();
    if (!this.#mayBegin && isOfNoCluster) {
      await this.#leave();
      throw new ReasonError({ code: 'start.not_of_cluster', params: { path: dataDir } });
    }
    const keys = {
      snapshots: keysFor(dataKeys, 'belfry cluster snapshot'),
      records: keysFor(dataKeys, 'belfry cluster record'),
    };
    const as = {
      address: { ...address, keys },
      lease: this.#lease,
      version,
      mayBegin: this.#mayBegin,
      snapshotPath: join(dataDir, SNAPSHOT_NAME),
    };
    this.#thread.post({ type: 'follow', as, reached });
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
    // What is queued before it may take long, and nothing must be sent meanwhile.
    if (message.type === 'deposed') this.#thread.lose();
    this.#then(() => this.#act(message));
  }

  #then(act: () => void | Promise<void>): void {
    this.#turn = this.#turn
      .then(() => (this.#stopping ? undefined : act()))
      .catch((error: unknown) => {
        this.#options.logger.log('error', 'The cluster could not be followed', {
          error: errorText(error),
        });
      });
  }

  async #act(message: FromLog): Promise<void> {
    switch (message.type) {
      case 'entry':
        await this.#apply(message.entry);
        return;
      case 'behind':
        this.#restore();
        return;
      case 'cores':
        this.#met(message);
        return;
      case 'elected':
        await this.#lead();
        return;
      case 'deposed':
        this.#options.logger.log('warn', 'This core does not lead its cluster any more');
        return;
      case 'reachable':
        await this.#retire();
        return;
      case 'restored':
        await this.#takeSnapshot();
        return;
      case 'snapshotDue':
        void this.#makeSnapshot();
        return;
      case 'trouble':
        this.#noteTrouble(message.error);
        return;
      case 'stopped':
    }
  }

  /** Logs once what is tried again each second. */
  #noteTrouble(error: string): void {
    if (error === this.#trouble) return;
    this.#trouble = error;
    this.#options.logger.log('warn', 'The log of the cluster is not in reach, or in trouble', {
      error,
    });
  }

  #met({ leader, cores, inReach }: Extract<FromLog, { type: 'cores' }>): void {
    // The core that led may still do so where this one alone has lost the log.
    if (inReach) {
      this.#trouble = '';
      this.#leader = leader;
    }
    this.#status = { ...this.#status, inReach, cores: [...cores] };
    if (this.#follower) this.#follower.proxy.leader = this.#leaderElsewhere;
    this.#changed(this.#status);
  }

  get #leaderElsewhere(): string | null {
    const { instance = null, url = null } = this.#leader ?? {};
    return instance === this.#lease.instance ? null : url;
  }

  /** A disk that refuses is asked again, and nothing is passed over meanwhile. */
  async #apply(sealed: SealedEntry): Promise<void> {
    const { clock, logger } = this.#options;
    while (this.#follower && !this.#isHalted && !this.#stopping) {
      try {
        const problem = this.#follower.apply(this.#codec, sealed);
        if (problem !== null) logger.log('warn', 'An entry was passed over', { problem });
        const { number } = this.#follower.reached;
        this.#thread.post({ type: 'applied', reached: { number, place: sealed.place } });
        return;
      } catch (error) {
        if (error instanceof ReplicaDiverged) return this.#diverged(error);
        const trouble = diskTrouble(error);
        if (trouble === null) return this.#halt(errorText(error));
        if (trouble === 'damaged') return this.#beginAgain(error);
        logger.log('warn', 'An entry of the cluster could not be written and is tried again', {
          error: errorText(error),
        });
        await passed(clock, RETRY_MS);
      }
    }
  }

  /** The cluster has gone on without what only this core has, or this core lacks what the log does not have any more. */
  #diverged(error: ReplicaDiverged): void {
    const { logger } = this.#options;
    if (this.#follower?.isEmpty)
      logger.log('info', 'This core waits for a snapshot of the cluster');
    else {
      logger.log('warn', 'The database does not follow the log of the cluster', {
        error: errorText(error),
      });
    }
    this.#restore(error.isAhead ? 0 : undefined);
  }

  /** Fetches a snapshot with more than the database has, unless a number is given. */
  #restore(above?: number): void {
    const follower = this.#follower;
    if (!follower) return;
    if (follower.isOfNoCluster) {
      const params = { path: this.#options.dataDir };
      this.#halt(new ReasonError({ code: 'start.not_of_cluster', params }).message);
      return;
    }
    this.#thread.post({ type: 'restore', above: above ?? follower.reached.number });
  }

  /** Applies nothing more, so that this core never leads with half of what the log has. */
  #halt(error: string): void {
    this.#isHalted = true;
    this.#thread.post({ type: 'halt' });
    this.#options.logger.log('error', 'This core cannot follow its cluster any further', { error });
  }

  /** A database that is not whole is put aside at a start, too: the cluster has everything that was in it. */
  async #followFirst(): Promise<Follower> {
    try {
      return await this.#follow();
    } catch (error) {
      if (!(error instanceof DatabaseNotWhole)) throw error;
      this.#setAside(error);
      return await this.#follow();
    }
  }

  async #follow(): Promise<Follower> {
    const { dataDir, host, port } = this.#options;
    const leader = this.#leaderElsewhere;
    return (this.#follower = await Follower.open({ dataDir, host, port, leader }));
  }

  /** Follows again, whatever the disk and the network have against it at the moment. */
  async #followAgain(): Promise<void> {
    const { clock, logger } = this.#options;
    while (!this.#stopping) {
      try {
        const { reached } = await this.#followFirst();
        this.#thread.post({ type: 'resign', reached, mayBegin: this.#mayBegin });
        return;
      } catch (error) {
        logger.log('error', 'The cluster could not be followed, which is tried again', {
          error: errorText(error),
        });
        await passed(clock, RETRY_MS);
      }
    }
  }

  async #beginAgain(error: unknown): Promise<void> {
    await this.#leave();
    this.#setAside(error);
    await this.#followAgain();
  }

  /** An empty database gets everything from the cluster. It is nothing to begin a log with. */
  #setAside(error: unknown): void {
    const { dataDir, clock, logger } = this.#options;
    const aside = asideName(dataDir, 'damaged', clock.now());
    setDatabaseAside(dataDir, aside);
    openDatabase(dataDir).close();
    this.#mayBegin = false;
    logger.log('error', 'The database is not whole, and is fetched from the cluster', {
      aside: join(dataDir, aside),
      error: errorText(error),
    });
  }

  /** Takes a snapshot of the cluster in place of the database, which is put aside if it has something. */
  async #takeSnapshot(): Promise<void> {
    const { dataDir, clock, logger } = this.#options;
    const hadNothing = this.#follower?.isEmpty === true;
    await this.#leave();
    const aside = asideName(dataDir, 'replaced', clock.now());
    putSnapshotInPlace(dataDir, join(dataDir, SNAPSHOT_NAME), aside);
    if (hadNothing) rmSync(join(dataDir, aside), { recursive: true });
    await this.#followAgain();
    logger.log('info', 'A snapshot of the cluster was restored', {
      number: this.#follower?.reached.number,
      ...(!hadNothing && { aside: join(dataDir, aside) }),
    });
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
      this.#thread.post({ type: 'snapshot', path: target, ...reachedIn(target) });
    } catch (error) {
      this.#thread.post({ type: 'noSnapshot' });
      logger.log('warn', 'No snapshot could be made for the cluster', { error: errorText(error) });
    }
  }

  async #leave(): Promise<void> {
    const follower = this.#follower;
    this.#follower = null;
    await follower?.[Symbol.asyncDispose]();
  }

  async #lead(): Promise<void> {
    await this.#leave();
    this.#options.logger.log('info', 'This core leads its cluster');
    this.#app = this.#options.createApp({
      sharedLog: this.#thread,
      cluster: {
        current: () => this.#status,
        onChanged: (listener) => (this.#changed = listener),
      },
      onDamaged: () => this.#then(() => this.#retire(new DatabaseNotWhole('it is damaged'))),
    });
    try {
      await this.#app.start();
    } catch (error) {
      this.#options.logger.log('error', 'The core could not start to lead', {
        error: errorText(error),
      });
      await this.#retire(error);
    }
  }

  /** Stops to be the app, and follows again; with another database where this one is not whole. */
  async #retire(error?: unknown): Promise<void> {
    if (!this.#app) return;
    this.#changed = () => undefined;
    try {
      await this.#app.stop();
    } catch (problem) {
      // What wants to write at its end cannot any more. The database is closed nevertheless.
      this.#options.logger.log('warn', 'Not everything could be stopped', {
        error: errorText(problem),
      });
    }
    this.#app = null;
    if (error instanceof DatabaseNotWhole) this.#setAside(error);
    await this.#followAgain();
  }
}
