import { createHash } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Db, DATABASE_NAME } from '../../main/store/database.ts';
import { KeyFile } from '../../main/store/files/data-key.ts';
import { eventually } from '../support/eventually.ts';
import { everyRow } from '../support/kept-log.ts';
import { NatsServers } from '../support/nats-servers.ts';
import { LOOPBACK, type Place } from '../support/place.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { freePort } from './program.ts';

/** A core that is stopped takes connections and answers nothing. */
const LOOK_MS = 3_000;

export const TOKEN = 'admin-token-of-the-cluster';
/** A lease ends after ten seconds, and a busy machine takes its time. */
export const FAILOVER = { timeout: 40_000, interval: 50 };

export type CoreName = 'a' | 'b' | 'c';
export const CORES: readonly CoreName[] = ['a', 'b', 'c'];

/** An answer; null where the core took no connection, or cut it. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
}

interface Core {
  readonly dataDir: string;
  readonly port: number;
  readonly place: Place;
  server: ServerProcess | null;
}

/** Three built cores with the same key and token, over one log in three servers of NATS. */
export class ClusterLab implements AsyncDisposable {
  readonly nats: NatsServers;
  readonly #dir: ReturnType<typeof tempDir>;
  readonly #cores: Readonly<Record<CoreName, Core>>;

  private constructor(
    nats: NatsServers,
    dir: ReturnType<typeof tempDir>,
    cores: Readonly<Record<CoreName, Core>>,
  ) {
    this.nats = nats;
    this.#dir = dir;
    this.#cores = cores;
  }

  /** Resolves once one of them leads and all of them answer. */
  static async start(places: readonly Place[] = []): Promise<ClusterLab> {
    const dir = tempDir();
    const core = async (name: CoreName): Promise<Core> => {
      const dataDir = join(dir.path, name);
      mkdirSync(dataDir, { mode: 0o700 });
      const place = places[CORES.indexOf(name)] ?? LOOPBACK;
      return { dataDir, port: await freePort(), place, server: null };
    };
    const cores = { a: await core('a'), b: await core('b'), c: await core('c') };
    const [nats] = await Promise.all([NatsServers.start(3, places), prepare(cores)]);
    const lab = new ClusterLab(nats, dir, cores);
    try {
      await Promise.all(CORES.map((name) => lab.startCore(name)));
      for (const name of CORES) await lab.answers(name);
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  url(name: CoreName): string {
    const { place, port } = this.#cores[name];
    return `http://${place.address}:${port}`;
  }

  /** Returns the id of a core's process; 0 while it has none. */
  pid(name: CoreName): number {
    return this.#cores[name].server?.child.pid ?? 0;
  }

  async startCore(name: CoreName): Promise<void> {
    const core = this.#cores[name];
    const { dataDir, port, place } = core;
    const begins = name === CORES[0] ? ['--cluster-init'] : [];
    const cluster = ['--cluster', this.nats.urls.join(), '--cluster-core', name, ...begins];
    core.server = await ServerProcess.start({
      dataDir,
      adminToken: TOKEN,
      port: String(port),
      under: place.under,
      args: ['--host', place.address, ...cluster],
    });
  }

  async kill(name: CoreName): Promise<void> {
    await this.#cores[name].server?.kill();
  }

  /** Stops a core for a while: it neither answers nor ends. Returns what lets it go on. */
  pause(name: CoreName): () => void {
    const child = this.#cores[name].server?.child;
    child?.kill('SIGSTOP');
    return () => void child?.kill('SIGCONT');
  }

  /** Returns the exit code. */
  async stopCore(name: CoreName): Promise<number | null> {
    return (await this.#cores[name].server?.stop()) ?? null;
  }

  /** Returns the core that leads, once one does that is not `except`: every core hands the question on to it. */
  async leads(except?: CoreName): Promise<CoreName> {
    return eventually(async () => {
      for (const name of CORES.filter((core) => core !== except)) {
        const core = await this.#leaderBy(name);
        if (core !== null && core !== except) return core;
      }
      throw new Error('Nobody leads');
    }, FAILOVER);
  }

  /** Returns the core that leads now; null while nobody does. */
  async leadsNow(): Promise<CoreName | null> {
    for (const name of CORES) {
      const core = await this.#leaderBy(name);
      if (core !== null) return core;
    }
    return null;
  }

  async #leaderBy(name: CoreName): Promise<CoreName | null> {
    try {
      const signal = AbortSignal.timeout(LOOK_MS);
      const response = await this.fetch(name, '/api/v1/status', undefined, signal);
      if (!response.ok) return null;
      const { cluster } = (await response.json()) as { cluster: { core: CoreName } };
      return cluster.core;
    } catch {
      // It is not there, or has just begun to lead.
      return null;
    }
  }

  /** Adds the first of two parts of an entry to the log, as a leader does that dies before the second. */
  async leavePart(): Promise<void> {
    const connection = await connect({ servers: [...this.nats.urls] });
    try {
      const part = headers();
      const values = { Number: '1000', Part: '0', Parts: '2' };
      for (const [name, value] of Object.entries(values)) part.set(`Belfry-${name}`, value);
      await jetstream(connection).publish('belfry.home.log', 'half', { headers: part });
    } finally {
      await connection.close();
    }
  }

  /** Resolves once a core answers, itself or for the one that leads. */
  async answers(name: CoreName): Promise<void> {
    await eventually(async () => {
      const { status } = await this.fetch(name, '/api/v1/status');
      if (status !== 200) throw new Error(`Core ${name} answers ${status}`);
    }, FAILOVER);
  }

  fetch(name: CoreName, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(this.url(name) + path, {
      ...(signal && { signal }),
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Posts one event of a kind. */
  async post(name: CoreName, kind: string): Promise<PostAnswer | null> {
    const event = { host: 'nas', kind, status: 'firing' };
    try {
      const response = await this.fetch(name, '/api/v1/events', event);
      await response.arrayBuffer();
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    } catch {
      return null;
    }
  }

  /** Posts one event as senders do: again, to each core in turn, until one has taken it. */
  async postUntilTaken(kind: string, first: CoreName): Promise<void> {
    let next = CORES.indexOf(first);
    await eventually(async () => {
      const name = CORES[next++ % CORES.length] ?? 'a';
      const answer = await this.post(name, kind);
      if (answer?.status !== 200) throw new Error(`${name} answers ${answer?.status}`);
    }, FAILOVER);
  }

  async addWebhook(name: CoreName, url: string): Promise<void> {
    const channel = { kind: 'webhook', name: 'receiver', config: { url } };
    const response = await this.fetch(name, '/api/v1/channels', channel);
    if (!response.ok) throw new Error(await response.text());
  }

  /** Returns the first column of a query over one core's own database. */
  values<T>(name: CoreName, sql: string): T[] {
    const db = this.#open(name);
    try {
      return db.values<T>(sql);
    } finally {
      db.close();
    }
  }

  kinds(name: CoreName): Set<string> {
    return new Set(this.values<string>(name, 'SELECT kind FROM alerts'));
  }

  /** Returns a digest of each table of one core's own database. */
  digests(name: CoreName): Record<string, string> {
    const db = this.#open(name);
    try {
      const rows = db.transaction(() => everyRow(db))();
      return Object.fromEntries(
        Object.entries(rows).map(([table, all]) => [
          table,
          createHash('sha256').update(JSON.stringify(all)).digest('base64url'),
        ]),
      );
    } finally {
      db.close();
    }
  }

  /** Puts something else in the middle of a stopped core's database. */
  overwrite(name: CoreName): void {
    const file = openSync(join(this.#cores[name].dataDir, DATABASE_NAME), 'r+');
    writeSync(file, Buffer.alloc(8_192, 'damaged '), 0, 8_192, 0);
    closeSync(file);
  }

  /** Removes a stopped core's database. */
  remove(name: CoreName): void {
    for (const end of ['', '-wal', '-shm']) {
      rmSync(join(this.#cores[name].dataDir, DATABASE_NAME + end), { force: true });
    }
  }

  #open(name: CoreName): Db {
    return new Db(join(this.#cores[name].dataDir, DATABASE_NAME), { readOnly: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of CORES) await this.kill(name);
    await this.nats[Symbol.asyncDispose]();
    this.#dir[Symbol.dispose]();
  }
}

/** Gives all of them the same key. */
async function prepare({ a, b, c }: Readonly<Record<CoreName, Core>>): Promise<void> {
  await KeyFile.open(a.dataDir, { protector: null, isNewKeyWanted: false });
  for (const { dataDir } of [b, c]) {
    copyFileSync(join(a.dataDir, 'secret.key'), join(dataDir, 'secret.key'));
  }
}
