import { EventEmitter } from 'node:events';
import { createClient, defineInterface, DBusError, type MessageBus } from 'dbus-native';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

/** A notification that a client asked it to show. */
export interface Notified {
  readonly id: number;
  readonly replacesId: number;
  readonly icon: string;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
  readonly expiresMs: number;
}

interface NotifyArguments extends Omit<Notified, 'id'> {
  readonly app: string;
}

/**
 * A stand-in for a desktop's notification server, on a real bus: it shows nothing, remembers what it was
 * told, and does what real ones do at their worst.
 */
export class NotificationServerStandIn {
  readonly notified: Notified[] = [];
  readonly closed: number[] = [];
  readonly heard = new EventEmitter<{ notify: [Notified]; close: [number] }>();
  capabilities = ['actions', 'body', 'body-markup'];
  /** The D-Bus error that answers Notify; null shows it. */
  refusal: string | null = null;
  readonly #bus: MessageBus;
  readonly #service = this.#define();
  #hang: { readonly ended: Promise<void>; end(): void } | null = null;
  #lastId = 0;

  private constructor(address: string) {
    this.#bus = createClient({ busAddress: address });
    this.#bus.connection.on('error', () => undefined);
  }

  static async start(address: string): Promise<NotificationServerStandIn> {
    const server = new NotificationServerStandIn(address);
    await server.#bus.export(PATH, server.#service);
    await server.#bus.ownName(NAME);
    return server;
  }

  /** From now on nothing is answered, until `resume`. */
  hang(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hang = { ended: promise, end: resolve };
  }

  resume(): void {
    this.#hang?.end();
    this.#hang = null;
  }

  /** A person presses a button, or for `default` the notification itself. */
  invoke(id: number, action: string, activationToken?: string): void {
    if (activationToken !== undefined) this.#service.emit['ActivationToken']?.(id, activationToken);
    this.#service.emit['ActionInvoked']?.(id, action);
  }

  /** It leaves the screen: 1 expired, 2 dismissed by a person. */
  leave(id: number, reason: 1 | 2): void {
    this.#service.emit['NotificationClosed']?.(id, reason);
  }

  async stop(): Promise<void> {
    this.resume();
    await this.#bus.close();
  }

  #define() {
    return defineInterface({
      name: NAME,
      methods: {
        GetCapabilities: {
          out: { names: 'as' },
          handler: async () => {
            await this.#hang?.ended;
            return this.capabilities;
          },
        },
        Notify: {
          in: {
            app: 's',
            replacesId: 'u',
            icon: 's',
            title: 's',
            body: 's',
            actions: 'as',
            hints: 'a{sv}',
            expiresMs: 'i',
          },
          out: { id: 'u' },
          handler: (given: NotifyArguments) => this.#show(given),
        },
        CloseNotification: {
          in: { id: 'u' },
          handler: ({ id }: { id: number }) => {
            this.closed.push(id);
            this.heard.emit('close', id);
            this.#service.emit['NotificationClosed']?.(id, 3);
            return null;
          },
        },
      },
      signals: {
        ActionInvoked: { args: { id: 'u', action: 's' } },
        ActivationToken: { args: { id: 'u', token: 's' } },
        NotificationClosed: { args: { id: 'u', reason: 'u' } },
      },
    });
  }

  async #show({ app: _app, ...given }: NotifyArguments): Promise<number> {
    await this.#hang?.ended;
    if (this.refusal !== null) throw Object.assign(new DBusError('no'), { dbusName: this.refusal });
    const id = given.replacesId === 0 ? (this.#lastId += 1) : given.replacesId;
    const notified = { ...given, id };
    this.notified.push(notified);
    this.heard.emit('notify', notified);
    return id;
  }
}
