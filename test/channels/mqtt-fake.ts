import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';

/** A real broker (MQTT 3.1.1) that takes everything, or refuses it on demand. */
export class MqttFake implements AsyncDisposable {
  readonly received: string[] = [];
  /** The return code of CONNACK; null lets everybody in. */
  refuses: number | null = null;
  /** Takes messages and never says so. */
  silent = false;
  /** Hangs up when a message comes. */
  hangsUp = false;
  readonly clients = new Set<Client>();
  /** Topics to which somebody has subscribed. */
  readonly subscribed: string[] = [];
  readonly #broker: Aedes;
  readonly #server: Server;

  private constructor(broker: Aedes) {
    this.#broker = broker;
    this.#server = createServer(this.accept);
    broker.on('client', (client) => this.clients.add(client));
    broker.on('clientDisconnect', (client) => this.clients.delete(client));
    broker.on('subscribe', (subscriptions) => {
      this.subscribed.push(...subscriptions.map(({ topic }) => topic));
    });
    broker.preConnect = (_client, packet, done) => {
      const { will, username, password } = packet;
      const last = will ? `${will.topic} ${will.payload.toString()}` : 'nothing';
      const login = `${username ?? ''} ${password?.toString() ?? ''}`;
      this.received.push(`CONNECT ${packet.clientId} ${login} will ${last}`);
      done(null, true);
    };
    broker.authenticate = (_client, _username, _password, done) => {
      if (this.refuses === null) return done(null, true);
      const error = Object.assign(new Error('refused'), { returnCode: this.refuses });
      done(error, null);
    };
    broker.authorizePublish = (client, { topic, qos, retain, payload }, done) => {
      const kept = retain ? ' retain' : '';
      this.received.push(`PUBLISH ${topic} qos=${qos}${kept}\n${payload.toString()}`);
      if (this.hangsUp) client?.conn.destroy();
      else if (!this.silent) done(null);
    };
  }

  static async start(): Promise<MqttFake> {
    const fake = new MqttFake(await Aedes.createBroker());
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  /** Takes one more client, over whatever stream. */
  readonly accept = (stream: Duplex): void => void this.#broker.handle(stream);

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Publishes as another client would. */
  async publish(topic: string, payload: string, retain = false): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const message = { topic, payload, retain, qos: 0, dup: false, cmd: 'publish' } as const;
      this.#broker.publish(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Hangs up on everybody, as a broker that restarts. */
  hangUp(): void {
    for (const client of this.clients) client.conn.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.hangUp();
    await new Promise<void>((resolve) => {
      this.#broker.close(resolve);
    });
  }
}
