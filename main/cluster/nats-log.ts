import { randomUUID } from 'node:crypto';
import {
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import {
  connect,
  credsAuthenticator,
  headers,
  type MsgHdrs,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { z } from 'zod';
import { passed, type Clock } from '../base/clock.ts';
import { clusterCore } from '../contract/cluster.ts';
import { credentialsIn } from './nats-credentials.ts';
import { APPEND_MS, CORE_MS, LEASE_MS, type Lease, type LogAddress } from './log-messages.ts';
import { Seal } from './seal.ts';
import { Snapshots } from './snapshots.ts';

/** A piece of an entry as the log has it. */
export interface StoredPart {
  /** Its place in the log. */
  readonly place: number;
  /** The number of its entry. */
  readonly number: number;
  readonly index: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

const lease: z.ZodType<Lease> = z.strictObject({
  core: z.string(),
  url: z.url(),
  instance: z.string(),
});

/** A core, as it describes itself. */
const coreRecord = clusterCore
  .pick({ core: true, url: true, version: true })
  .extend({ instance: z.string(), number: z.int().nonnegative(), isHalted: z.boolean() });
export type CoreRecord = z.infer<typeof coreRecord>;

const NUMBER = 'Belfry-Number';
const PART = 'Belfry-Part';
const PARTS = 'Belfry-Parts';
const LEASE_KEY = 'leader';
/** The log is kept by as many servers as can be, of at most this many. */
const REPLICAS = 3;
/** A server that does not answer by then counts as gone. */
const ANSWER_MS = 2_000;
const APPEND_ATTEMPT_MS = 1_000;
const BETWEEN_ATTEMPTS_MS = 250;
/** A server that hands out messages says so often that it is there; without two of these it counts as gone. */
const HEARTBEAT_MS = 1_000;
/** For how long one request for messages is good. */
const PULL_MS = 10_000;

/** Throws where a text is no credentials. */
function authenticatorOf(text: string): Authenticator {
  const given = credentialsIn(text);
  switch (given?.type) {
    case 'jwt':
      return credsAuthenticator(new TextEncoder().encode(given.text));
    case 'nkey':
      return nkeyAuthenticator(new TextEncoder().encode(given.seed));
    case 'password':
      return usernamePasswordAuthenticator(given.user, given.password);
    case undefined:
      throw new Error('these are no credentials for NATS');
  }
}

const wantsTls = ({ servers, authorities }: LogAddress): boolean =>
  authorities !== null || servers.some((server) => server.startsWith('tls:'));

async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed') messages.stop();
  }
}

/** The log of a cluster in NATS JetStream: entries in order, and the lease of the core that leads. */
export class NatsLog implements AsyncDisposable {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #stream: string;
  readonly #subject: string;
  readonly #client: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #leases: KV;
  readonly #cores: KV;
  readonly #seal: Seal;
  readonly #cluster: string;
  readonly snapshots: Snapshots;

  private constructor(
    connection: NatsConnection,
    clock: Clock,
    { cluster, keys }: LogAddress,
    stores: {
      readonly manager: JetStreamManager;
      readonly leases: KV;
      readonly cores: KV;
      readonly snapshots: Snapshots;
    },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#cluster = cluster;
    this.#stream = `belfry-${cluster}`;
    this.#subject = `belfry.${cluster}.log`;
    this.#client = jetstream(connection, { timeout: ANSWER_MS, checkAPI: false });
    this.#manager = stores.manager;
    this.#leases = stores.leases;
    this.#cores = stores.cores;
    this.#seal = new Seal(keys.records);
    this.snapshots = stores.snapshots;
  }

  /**
   * Connects, and makes the log unless it is known to be there: only servers that have a leader make one. Throws if
   * no server answers.
   */
  static async connect(address: LogAddress, clock: Clock, isMade: boolean): Promise<NatsLog> {
    const { servers, cluster, credentials, authorities } = address;
    const connection = await connect({
      servers: [...servers],
      name: `belfry ${cluster}`,
      timeout: ANSWER_MS,
      pingInterval: ANSWER_MS,
      maxPingOut: 2,
      maxReconnectAttempts: 0,
      ...(credentials !== null && { authenticator: authenticatorOf(credentials) }),
      // With it a server without TLS is refused before it hears a password.
      ...(wantsTls(address) && { tls: authorities === null ? {} : { ca: authorities } }),
    });
    try {
      const manager = await jetstreamManager(connection, { timeout: ANSWER_MS, checkAPI: !isMade });
      const replicas = connection.info?.cluster === undefined ? 1 : REPLICAS;
      if (!isMade) {
        await manager.streams.add({
          name: `belfry-${cluster}`,
          subjects: [`belfry.${cluster}.log`],
          retention: RetentionPolicy.Limits,
          storage: StorageType.File,
          discard: DiscardPolicy.New,
          num_replicas: replicas,
        });
      }
      const kvm = new Kvm(jetstream(connection, { timeout: ANSWER_MS, checkAPI: false }));
      const bucket = (name: string, ttl: number): Promise<KV> =>
        isMade ? kvm.open(name) : kvm.create(name, { replicas, history: 1, ttl });
      const leases = await bucket(`belfry-${cluster}-leases`, LEASE_MS);
      const cores = await bucket(`belfry-${cluster}-cores`, CORE_MS);
      const keys = address.keys.snapshots;
      const client = jetstream(connection, { checkAPI: false });
      const snapshots = await Snapshots.open(client, { cluster, replicas, keys, isMade });
      return new NatsLog(connection, clock, address, { manager, leases, cores, snapshots });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Returns true for what a server answers, rather than for the lack of an answer. */
  static isRefusal(error: unknown): boolean {
    return error instanceof JetStreamApiError;
  }

  /** Resolves when the connection is gone. */
  closed(): Promise<unknown> {
    return this.#connection.closed();
  }

  /** The place of the first and the last part; 0 for none. */
  async range(): Promise<{ readonly first: number; readonly last: number }> {
    const { state } = await this.#manager.streams.info(this.#stream);
    return { first: state.first_seq, last: state.last_seq };
  }

  /** Removes everything before a place, which a snapshot has. */
  async forgetBefore(place: number): Promise<void> {
    await this.#manager.streams.purge(this.#stream, { seq: place });
  }

  /** Yields what the log has from a place on, and what comes, until the connection is gone. */
  async *parts(from: number): AsyncGenerator<StoredPart> {
    let next = Math.max(1, from);
    let messages: ConsumerMessages | null = null;
    // Heartbeats are not missed while another server is looked for, nor on the connection to that one.
    void this.#onDisconnected(() => messages?.stop());
    while (!this.#connection.isClosed()) {
      messages = await this.#messages(next).catch(() => null);
      // The server that was asked may be one that is gone; the next try asks another.
      if (messages === null) await passed(this.#clock, HEARTBEAT_MS);
      for await (const message of messages ?? []) {
        next = message.seq + 1;
        const value = (name: string): number => Number(message.headers?.get(name));
        yield {
          place: message.seq,
          number: value(NUMBER),
          index: value(PART),
          count: value(PARTS),
          bytes: message.data,
        };
      }
    }
  }

  async #onDisconnected(listener: () => void): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') listener();
    }
  }

  /** One server alone hands out messages: they end when it is silent, so that another one is asked. */
  async #messages(from: number): Promise<ConsumerMessages> {
    const consumer = await this.#client.consumers.get(this.#stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    const messages = await consumer.consume({
      max_messages: 500,
      expires: PULL_MS,
      idle_heartbeat: HEARTBEAT_MS,
    });
    void stopWhenSilent(messages);
    return messages;
  }

  /**
   * Adds an entry directly after a place. Returns the place of its last part once a quorum has it; throws
   * where another core has written meanwhile, or where no answer says that a quorum has it.
   */
  async append(number: number, parts: readonly Uint8Array[], after: number): Promise<number> {
    const untilMs = this.#clock.monotonicMs() + APPEND_MS;
    let last = after;
    for (const [index, bytes] of parts.entries()) {
      const named = headers();
      named.set(NUMBER, String(number));
      named.set(PART, String(index));
      named.set(PARTS, String(parts.length));
      last = await this.#publish(bytes, named, last, untilMs);
    }
    return last;
  }

  /** Servers that have lost their leader take a part when it is sent again, and one that they have once only. */
  async #publish(
    bytes: Uint8Array,
    named: MsgHdrs,
    after: number,
    untilMs: number,
  ): Promise<number> {
    const options = {
      msgID: randomUUID(),
      headers: named,
      expect: { lastSequence: after, streamName: this.#stream },
      timeout: APPEND_ATTEMPT_MS,
      retries: 0,
    };
    for (;;) {
      try {
        return (await this.#client.publish(this.#subject, bytes, options)).seq;
      } catch (error) {
        const isAnswer = error instanceof JetStreamApiError;
        const isLate = this.#clock.monotonicMs() + APPEND_ATTEMPT_MS > untilMs;
        if (isAnswer || isLate || this.#connection.isClosed()) throw error;
      }
      await passed(this.#clock, BETWEEN_ATTEMPTS_MS);
    }
  }

  /** Returns who leads; null while nobody does. Throws where that was not said with a key of this cluster. */
  async leader(): Promise<(Lease & { readonly revision: number }) | null> {
    const entry = await this.#leases.get(LEASE_KEY);
    if (entry === null || entry.operation !== 'PUT') return null;
    const found = this.#read(LEASE_KEY, entry.value, lease);
    if (found === null) throw new Error('the lease is not sealed with a key of this cluster');
    return { ...found, revision: entry.revision };
  }

  /** Says what this core is and has, for the others. */
  async announce(record: CoreRecord): Promise<void> {
    await this.#cores.put(record.core, this.#written(`core ${record.core}`, record));
  }

  /** Returns what every core has said of itself lately, by name. */
  async cores(): Promise<CoreRecord[]> {
    const names: string[] = [];
    for await (const name of await this.#cores.keys()) names.push(name);
    const entries = await Promise.all(names.toSorted().map((name) => this.#cores.get(name)));
    return entries.flatMap((entry) => {
      if (entry === null || entry.operation !== 'PUT') return [];
      return this.#read(`core ${entry.key}`, entry.value, coreRecord) ?? [];
    });
  }

  /** A stranger must not say where requests, with their tokens, are to be handed on to. */
  #written(name: string, value: Lease | CoreRecord): Uint8Array {
    return this.#seal.close(this.#context(name), Buffer.from(JSON.stringify(value)));
  }

  /** Returns null for what nobody with a key of this cluster has written there. */
  #read<T>(name: string, bytes: Uint8Array, as: z.ZodType<T>): T | null {
    const plain = this.#seal.open(this.#context(name), bytes);
    return plain && as.parse(JSON.parse(plain.toString('utf8')));
  }

  #context(name: string): string {
    return `${this.#cluster}\n${name}`;
  }

  /** Takes the lease if it is free. Returns its revision, which renews it; null if another core has it. */
  async takeLease(lease: Lease): Promise<number | null> {
    try {
      return await this.#leases.create(LEASE_KEY, this.#written(LEASE_KEY, lease));
    } catch (error) {
      if (
        error instanceof JetStreamApiError &&
        error.code === JetStreamApiCodes.StreamWrongLastSequence
      )
        return null;
      throw error;
    }
  }

  /** Returns the new revision. Throws where the lease was lost meanwhile. */
  async renewLease(lease: Lease, revision: number): Promise<number> {
    return this.#leases.update(LEASE_KEY, this.#written(LEASE_KEY, lease), revision);
  }

  /** Gives the lease back, so that another core need not wait for its end. */
  async giveLeaseBack(revision: number): Promise<void> {
    await this.#leases.delete(LEASE_KEY, { previousSeq: revision });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}
