import { createHash } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { defined } from '../base/assert.ts';
import { trustIn } from '../base/tls-trust.ts';
import type { MqttConfig } from '../contract/channel-kind.ts';
import type { AlertSnapshot } from '../contract/notification.ts';
import type { ShownConditions } from './channel-adapter.ts';
import { dial } from './dial.ts';
import {
  BIRTH,
  birthTopic,
  conditionMessages,
  lastWill,
  onlineMessage,
  type MqttMessage,
} from './mqtt-messages.ts';

/** A link to a broker, as its conditions need it. */
interface ConditionBoard {
  readonly isOpen: boolean;
  /** Resolves once the broker has confirmed it; rejects if it refuses, or the link breaks before. */
  show(alert: AlertSnapshot): Promise<void>;
}

/** With more expired ones than these at once, everything is shown instead. */
const CLOSED_MAX = 1_000;

/**
 * Shows conditions on one link, each once the broker has the one before. Modes: idle ⇄ busy. Requests
 * while it is busy are done once, afterwards.
 */
class MqttConditions {
  readonly #board: ConditionBoard;
  readonly #shown: ShownConditions;
  readonly #closed = new Set<string>();
  #all = false;
  #isBusy = false;

  constructor(board: ConditionBoard, shown: ShownConditions) {
    this.#board = board;
    this.#shown = shown;
  }

  /** Shows every standing condition. */
  showAll(): void {
    this.#all = true;
    void this.#run();
  }

  /** Shows one that closed without a notification. Without an open link, `showAll` will. */
  showClosed(alertId: string): void {
    if (!this.#board.isOpen) return;
    if (this.#closed.size < CLOSED_MAX) this.#closed.add(alertId);
    else this.#all = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let isDone = false; !isDone;) isDone = await this.#step();
    } catch (error) {
      this.#all = false;
      // A link that broke shows everything once it is open again.
      if (this.#board.isOpen) this.#shown.failed(error);
    } finally {
      this.#isBusy = false;
      this.#closed.clear();
    }
  }

  /** Returns true if nothing was left to do. */
  async #step(): Promise<boolean> {
    if (this.#all) {
      this.#all = false;
      for (const alert of this.#shown.standing()) await this.#board.show(alert);
      return false;
    }
    const [id] = this.#closed;
    if (id === undefined) return true;
    this.#closed.delete(id);
    const alert = this.#shown.closed(id);
    if (alert) await this.#board.show(alert);
    return false;
  }
}

const GREETING_TIMEOUT_MS = 10_000;
/** A broken link is reopened, since others see by it that Belfry is running. */
const REOPEN_AFTER_MS = 30_000;
const KEEPALIVE_S = 60;

const USUAL_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1_883, 'mqtts:': 8_883 };

export function brokerOf({ url }: Pick<MqttConfig, 'url'>): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (USUAL_PORTS[protocol] ?? 0) : Number(port),
  };
}

/** Returns the same ID at each start, so that a broker sees one client return; every broker takes 23 characters. */
const clientIdOf = (channelId: string): string =>
  `belfry-${createHash('sha256').update(channelId).digest('hex').slice(0, 16)}`;

/**
 * A connection to a broker. Modes: opening → open ⇄ broken → ended. Until it is ended it reopens
 * automatically. The broker announces its end, however it comes, by the last will.
 */
export class MqttLink {
  readonly config: MqttConfig;
  readonly #client: MqttClient;
  readonly #opened = Promise.withResolvers<undefined>();
  #isOpening = true;
  #isUntouched = true;
  /** Null for a channel that is not attached. */
  readonly conditions: MqttConditions | null;
  #problem: Error | null = null;

  /**
   * After each connect, and when Home Assistant has started, it shows `shown`. Throws
   * UnreadableCertificate, and RefusedAddressError for a literal address.
   */
  constructor(
    Client: typeof MqttClient,
    config: MqttConfig,
    channelId: string,
    shown: ShownConditions | null,
  ) {
    this.config = config;
    this.conditions = shown && new MqttConditions(this, shown);
    const { url, username, password, protocol } = config;
    const trust = url.startsWith('mqtts:') ? trustIn(config.certificate) : null;
    const destination = { ...brokerOf(config), trust };
    this.#client = new Client(() => this.#watched(dial(destination)), {
      clientId: clientIdOf(channelId),
      protocolVersion: protocol === '5' ? 5 : 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: GREETING_TIMEOUT_MS,
      reconnectPeriod: REOPEN_AFTER_MS,
      resubscribe: false,
      will: lastWill(config),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    this.#client.on('error', (error) => (this.#problem = error));
    this.#client.on('connect', () => {
      this.#isOpening = false;
      this.#problem = null;
      this.#send(onlineMessage(config), () => undefined);
      this.#opened.resolve(undefined);
      this.#hearBirth();
      this.conditions?.showAll();
    });
    this.#client.on('message', (topic, payload, { retain }) => {
      // A birth that the broker kept is an old one, and this connection has just shown everything.
      const isBirth = topic === birthTopic(config) && payload.toString() === BIRTH;
      if (isBirth && !retain) this.conditions?.showAll();
    });
    this.#client.on('close', () => {
      this.#isOpening = false;
      this.#opened.reject(this.#reason());
    });
    // `opened` gives the reason to whoever needs the link.
    this.#opened.promise.catch(() => undefined);
  }

  /** Subscribes to the birth message. A user who may not read it loses nothing else, so a refusal is no failure. */
  #hearBirth(): void {
    const topic = birthTopic(this.config);
    if (topic !== null && this.conditions)
      this.#client.subscribe(topic, { qos: 0 }, () => undefined);
  }

  /** Publishes all of it at once, so that later messages about it come after. */
  async show(alert: AlertSnapshot): Promise<void> {
    await Promise.all(conditionMessages(this.config, alert).map((it) => this.publish(it)));
  }

  /** Remembers an error without a code, which the client swallows, as the reason. */
  #watched<Stream extends NodeJS.EventEmitter>(stream: Stream): Stream {
    return stream.once('error', (error: Error) => (this.#problem = error));
  }

  #reason(): Error {
    return this.#problem ?? Object.assign(new Error('The broker hung up'), { code: 'ECONNRESET' });
  }

  /** Returns true if nothing was ever published, so that nothing can be in flight. */
  get isUntouched(): boolean {
    return this.#isUntouched;
  }

  get isOpen(): boolean {
    return this.#client.connected;
  }

  /** Returns true if it is open or may be at any moment; a broken one takes its time to reopen. */
  get isUsable(): boolean {
    return this.isOpen || this.#isOpening;
  }

  /** Rejects with the reason when it does not open at the first try. */
  opened(): Promise<undefined> {
    return this.#opened.promise;
  }

  #send({ topic, payload, retain }: MqttMessage, done: (error?: Error) => void): void {
    this.#client.publish(topic, payload, { qos: 1, retain }, done);
  }

  /** Resolves once the broker has confirmed it; rejects if it refuses, or the link breaks before. */
  publish(message: MqttMessage): Promise<void> {
    this.#isUntouched = false;
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(this.#reason());
      this.#client.once('close', lost);
      this.#send(message, (error) => {
        this.#client.removeListener('close', lost);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Closes the connection. Messages in flight are not sent later. */
  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** The links of all channels, kept between messages. */
export class MqttLinks {
  readonly #links = new Map<string, MqttLink>();
  /** By channel, for those that are attached. */
  readonly #shown = new Map<string, ShownConditions>();
  /** Null until the first link, since most installations have none. */
  #Client: typeof MqttClient | null = null;

  async attach(channelId: string, config: MqttConfig, shown: ShownConditions): Promise<void> {
    this.#shown.set(channelId, shown);
    await this.#load();
    // It may have been detached meanwhile, or attached again.
    if (this.#shown.get(channelId) === shown) await this.use(channelId, config);
  }

  /** Returns the channel's link as it is; null without one. */
  get(channelId: string): MqttLink | null {
    return this.#links.get(channelId) ?? null;
  }

  /** Returns the channel's link if it is usable, else a new one in its place. Rejects with what MqttLink throws. */
  async use(channelId: string, config: MqttConfig): Promise<MqttLink> {
    await this.#load();
    const kept = this.#links.get(channelId);
    const isSame = JSON.stringify(kept?.config) === JSON.stringify(config);
    return kept?.isUsable === true && isSame ? kept : this.#replaced(channelId, config);
  }

  async #load(): Promise<void> {
    this.#Client ??= (await import('mqtt')).MqttClient;
  }

  async #replaced(channelId: string, config: MqttConfig): Promise<MqttLink> {
    const before = this.#links.get(channelId);
    this.#links.delete(channelId);
    try {
      const shown = this.#shown.get(channelId) ?? null;
      const Client = defined(this.#Client, 'the library of a link');
      const link = new MqttLink(Client, config, channelId, shown);
      this.#links.set(channelId, link);
      return link;
    } finally {
      await before?.end();
    }
  }

  /** Replaces a link; null if the channel has another one by now, or none. */
  async renew(channelId: string, link: MqttLink): Promise<MqttLink | null> {
    return this.#links.get(channelId) === link ? this.#replaced(channelId, link.config) : null;
  }

  async end(channelId: string): Promise<void> {
    const link = this.#links.get(channelId);
    this.#links.delete(channelId);
    this.#shown.delete(channelId);
    await link?.end();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#links.keys()].map((id) => this.end(id)));
  }
}
