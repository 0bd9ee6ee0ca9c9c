import type { Message, MessageBus } from 'dbus-native';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';

/** The call of a method. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** The D-Bus types of `body`, such as `su`. */
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** Fails at once if nobody owns the destination, in place of starting its program. */
  readonly noAutoStart?: boolean;
}

/** The outcome of a call. */
export type BusAnswer =
  | { readonly kind: 'answered'; readonly values: readonly unknown[] }
  /** An error came back; `error` is its name on the bus, such as `org.freedesktop.DBus.Error.AccessDenied`. */
  | { readonly kind: 'refused'; readonly error: string; readonly text: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' }
  /** This session has no such bus. */
  | { readonly kind: 'no_bus' }
  /** The bus cannot be reached, or was lost before the answer. */
  | { readonly kind: 'unreachable'; readonly text: string };

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Receives an answer that came after the limit. */
  readonly onLate?: (answer: BusAnswer) => void;
}

/** The wanted signals; `arg0` is their first argument. */
export interface SignalMatch {
  readonly sender: string;
  readonly interface: string;
  readonly path?: string;
  readonly member?: string;
  readonly arg0?: string;
}

export interface Watch {
  readonly matches: readonly SignalMatch[];
  readonly onSignal: (member: string, body: readonly unknown[]) => void;
  /** Called with each new connection, once the signals are subscribed to. */
  readonly onConnected?: () => void;
  readonly onLost?: () => void;
}

export interface BusOptions {
  /** Returns the address of the bus, as it is now; null if there is none. */
  readonly address: () => string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Connecting to a socket on this machine takes milliseconds. */
const CONNECT_TIMEOUT_MS = 4_000;
/** An answer that comes even later is dropped. */
const LATE_ANSWER_MS = 120_000;
const RECONNECT = { firstMs: 1_000, maxMs: 60_000 } as const;
/** Of the D-Bus specification: a flag of a message, and a type of one. */
const NO_AUTO_START = 2;
const SIGNAL = 4;
/** Messages of a desktop's services are small; a picture in a hint of somebody else's is not for us. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

const BUS_ITSELF = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

/** The signal by which the bus says that a name has another owner: (name, old owner, new owner). */
export const ownerChanges = (name: string): SignalMatch => ({
  sender: BUS_ITSELF.destination,
  interface: BUS_ITSELF.interface,
  path: BUS_ITSELF.path,
  member: 'NameOwnerChanged',
  arg0: name,
});

/** A method of the bus itself. */
export const busMethod = (member: string, signature: string, ...body: string[]): BusCall => ({
  ...BUS_ITSELF,
  member,
  signature,
  body,
});

const ruleOf = (match: SignalMatch): string =>
  ["type='signal'", ...Object.entries(match).map(([key, value]) => `${key}='${value}'`)].join();

/**
 * A message bus, over one connection that is made at the first use. Nothing here blocks or throws, and
 * each call has a time limit. A lost connection is made again at the next call, or automatically while
 * somebody watches signals.
 *
 *   idle ─call, watch─▶ connecting ─▶ connected ─lost─▶ idle ─while watched, after a wait─▶ connecting
 *   any ─close─▶ closed
 */
export class Bus {
  readonly #options: BusOptions;
  readonly #watches = new Set<Watch>();
  #connecting: Promise<MessageBus | null> | null = null;
  #connected: MessageBus | null = null;
  #problem = '';
  #retry: Disposable | null = null;
  #retryMs: number = RECONNECT.firstMs;
  #closed = false;

  constructor(options: BusOptions) {
    this.#options = options;
  }

  /** Calls a method; the answer comes within the limits, whatever the bus and its peers do. */
  call(call: BusCall, { timeoutMs, signal, onLate }: CallLimits): Promise<BusAnswer> {
    if (signal?.aborted) return Promise.resolve({ kind: 'aborted' });
    return new Promise((resolve) => {
      let isOver = false;
      const settle = (answer: BusAnswer): void => {
        if (isOver) return onLate?.(answer);
        isOver = true;
        limit[Symbol.dispose]();
        signal?.removeEventListener('abort', abort);
        resolve(answer);
      };
      const abort = (): void => settle({ kind: 'aborted' });
      const limit = this.#options.clock.after(timeoutMs, () => settle({ kind: 'timeout' }));
      signal?.addEventListener('abort', abort, { once: true });
      void this.#ask(call, () => !isOver).then(settle);
    });
  }

  /** Receives signals until it is disposed, also from later connections. */
  watch(watch: Watch): Disposable {
    this.#watches.add(watch);
    if (this.#connected) this.#attach(this.#connected, watch);
    else void this.#connection();
    return {
      [Symbol.dispose]: () => {
        if (!this.#watches.delete(watch)) return;
        for (const match of watch.matches) {
          if (this.#connected) this.#tell(this.#connected, 'RemoveMatch', ruleOf(match));
        }
      },
    };
  }

  /** Ends the connection; nothing connects again. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#watches.clear();
    this.#retry?.[Symbol.dispose]();
    this.#connected?.connection.stream.destroy();
  }

  /** Does not send what nobody waits for any more by the time there is a connection. */
  async #ask(call: BusCall, isWanted: () => boolean): Promise<BusAnswer> {
    if (this.#options.address() === null) return { kind: 'no_bus' };
    const bus = await this.#connection();
    if (!bus) return { kind: 'unreachable', text: this.#problem };
    if (!isWanted()) return { kind: 'timeout' };
    const { noAutoStart, body, ...message } = call;
    return this.#send(bus, {
      ...message,
      ...(body ? { body: [...body] } : {}),
      flags: noAutoStart ? NO_AUTO_START : 0,
    });
  }

  #send(bus: MessageBus, message: Message): Promise<BusAnswer> {
    return new Promise((resolve) => {
      bus.invoke(message, { timeout: LATE_ANSWER_MS }, (error, ...values: unknown[]) => {
        if (!error) resolve({ kind: 'answered', values });
        else if (error.reply) {
          resolve({ kind: 'refused', error: error.dbusName ?? '', text: error.message });
        } else resolve({ kind: 'unreachable', text: error.message });
      });
    });
  }

  #connection(): Promise<MessageBus | null> {
    if (this.#closed) return Promise.resolve(null);
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#problem = errorText(error);
      this.#options.logger.log('debug', 'a message bus cannot be reached', {
        error: this.#problem,
      });
      this.#lost();
      return null;
    });
    return this.#connecting;
  }

  async #connect(): Promise<MessageBus> {
    const { address, clock } = this.#options;
    this.#problem = '';
    const busAddress = address();
    if (busAddress === null) throw new Error('there is no address of a bus');
    // Its 275 kB, 2 MB of memory, are loaded only where there is a bus to speak to.
    const { createClient } = await import('dbus-native');
    // `direct` leaves the greeting to us, so that its answer and its limit are seen here.
    const bus = createClient({ busAddress, direct: true, maxMessageSize: MESSAGE_BYTES_MAX });
    const { connection } = bus;
    connection.on('error', (error) => {
      this.#problem = errorText(error);
      connection.stream.destroy();
    });
    connection.on('message', (message) => this.#hear(message));
    using _limit = clock.after(CONNECT_TIMEOUT_MS, () => {
      this.#problem = 'the bus did not answer';
      connection.stream.destroy();
    });
    const hello = await this.#send(bus, { ...BUS_ITSELF, member: 'Hello' });
    if (hello.kind !== 'answered' || this.#closed) {
      connection.stream.destroy();
      throw new Error(this.#problem || ('text' in hello ? hello.text : hello.kind));
    }
    connection.on('close', () => this.#lost());
    this.#connected = bus;
    this.#retryMs = RECONNECT.firstMs;
    for (const watch of this.#watches) this.#attach(bus, watch);
    return bus;
  }

  #attach(bus: MessageBus, watch: Watch): void {
    for (const match of watch.matches) this.#tell(bus, 'AddMatch', ruleOf(match));
    watch.onConnected?.();
  }

  #tell(bus: MessageBus, member: 'AddMatch' | 'RemoveMatch', rule: string): void {
    void this.#send(bus, { ...BUS_ITSELF, member, signature: 's', body: [rule] }).then((answer) => {
      if (answer.kind !== 'refused') return;
      this.#options.logger.log('warn', 'a signal cannot be watched', {
        rule,
        error: answer.error,
      });
    });
  }

  #hear({ type, path, interface: iface, member = '', body = [] }: Message): void {
    if (type !== SIGNAL) return;
    for (const watch of this.#watches) {
      const isWanted = watch.matches.some(
        (match) =>
          match.interface === iface &&
          (match.path ?? path) === path &&
          (match.member ?? member) === member &&
          (match.arg0 ?? body[0]) === body[0],
      );
      if (isWanted) watch.onSignal(member, body);
    }
  }

  #lost(): void {
    const wasConnected = this.#connected !== null;
    this.#connecting = null;
    this.#connected = null;
    if (wasConnected) for (const watch of this.#watches) watch.onLost?.();
    if (this.#closed || this.#watches.size === 0) return;
    this.#retry?.[Symbol.dispose]();
    this.#retry = this.#options.clock.after(this.#retryMs, () => void this.#connection());
    this.#retryMs = Math.min(this.#retryMs * 2, RECONNECT.maxMs);
  }
}
