import { rmSync } from 'node:fs';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { LOOPBACK, type Place } from './place.ts';
import { tempDir } from './temp-dir.ts';

const READY_MS = 30_000;
const OUTPUT_CHARS_MAX = 8_000;

interface Node {
  readonly name: string;
  readonly port: number;
  readonly routePort: number;
  readonly monitorPort: number;
  readonly place: Place;
  process: ChildProcess | null;
  /** The end of what it said, for the message of a test that fails. */
  output: string;
}

/** Returns ports that were free at the same moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, 'close')));
  return ports;
}

const routeOf = ({ place, routePort }: Node): string =>
  `nats-route://${place.address}:${routePort}`;

/** Real servers of NATS with JetStream on the loopback: one alone, or several as a cluster. */
export class NatsServers implements AsyncDisposable {
  readonly #dir = tempDir();
  readonly #nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  /** Resolves once all of them are well. */
  static async start(count: 1 | 3, places: readonly Place[] = []): Promise<NatsServers> {
    const ports = await freePorts(count * 3);
    const nodes = Array.from({ length: count }, (_, index) => ({
      place: places[index] ?? LOOPBACK,
      name: `nats-${index}`,
      port: ports[index * 3] ?? 0,
      routePort: ports[index * 3 + 1] ?? 0,
      monitorPort: ports[index * 3 + 2] ?? 0,
      process: null,
      output: '',
    }));
    const servers = new NatsServers(nodes);
    try {
      for (const node of nodes) servers.#spawn(node);
      await servers.ready();
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
    return servers;
  }

  get urls(): string[] {
    return this.#nodes.map(({ place, port }) => `nats://${place.address}:${port}`);
  }

  /** Ends one as a power switch would. */
  async kill(index: number): Promise<void> {
    const node = this.#node(index);
    const { process } = node;
    node.process = null;
    if (process === null || process.exitCode !== null || process.signalCode !== null) return;
    const exit = once(process, 'exit');
    process.kill('SIGKILL');
    await exit;
  }

  /** Starts one again with what it has kept. Resolves once it has what the others have. */
  async restart(index: number): Promise<void> {
    await this.kill(index);
    this.#spawn(this.#node(index));
    await this.#isWell(this.#node(index));
  }

  /** Stops one for a while: it neither answers nor ends. Returns what lets it go on. */
  pause(index: number): () => void {
    const { process } = this.#node(index);
    process?.kill('SIGSTOP');
    return () => void process?.kill('SIGCONT');
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#nodes.map((_, index) => this.kill(index)));
  }

  /** Starts all of them again. Resolves once they are well. */
  async restartAll(): Promise<void> {
    await this.killAll();
    for (const node of this.#nodes) this.#spawn(node);
    await this.ready();
  }

  /** Removes what one that is dead has kept. */
  wipe(index: number): void {
    rmSync(join(this.#dir.path, this.#node(index).name), { recursive: true, force: true });
  }

  /** Resolves once all that run are well: their cluster has a leader, and their streams have what the others have. */
  async ready(): Promise<void> {
    for (const node of this.#nodes) if (node.process) await this.#isWell(node);
  }

  #spawn(node: Node): void {
    const { name, port, monitorPort, place } = node;
    const { address, under } = place;
    const args = ['--name', name, '--addr', address, '--port', String(port), '--jetstream'];
    args.push('--store_dir', join(this.#dir.path, name), '--http_port', String(monitorPort));
    if (this.#nodes.length > 1) {
      const routes = this.#nodes.map(routeOf).join();
      args.push('--cluster_name', 'test', '--cluster', routeOf(node));
      args.push('--routes', routes);
    }
    const [command = '', ...more] = [...under, 'nats-server', ...args];
    const child = spawn(command, more, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      node.output = (node.output + text).slice(-OUTPUT_CHARS_MAX);
    });
    child.on('error', (error) => (node.output += error.message));
    node.process = child;
  }

  async #isWell(node: Node): Promise<void> {
    const ask = async (): Promise<void> => {
      const response = await fetch(`http://${node.place.address}:${node.monitorPort}/healthz`);
      if (!response.ok) throw new Error(await response.text());
      await this.#list(node);
    };
    await eventually(ask, { timeout: READY_MS, interval: 50 }).catch((error: unknown) => {
      throw new Error(`${node.name} is not well:\n${node.output}`, { cause: error });
    });
  }

  /** Asks for the streams, which are known once the servers have elected one of them. */
  async #list({ place, port }: Node): Promise<void> {
    const connection = await connect({ servers: `${place.address}:${port}`, reconnect: false });
    try {
      const manager = await jetstreamManager(connection, { timeout: 1_000 });
      await manager.streams.names().next();
    } finally {
      await connection.close();
    }
  }

  #node(index: number): Node {
    const node = this.#nodes[index];
    if (node === undefined) throw new Error(`There is no server ${index}`);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAll();
    this.#dir[Symbol.dispose]();
  }
}
