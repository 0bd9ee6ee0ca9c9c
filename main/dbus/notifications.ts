import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type {
  DesktopNotice,
  DesktopNotifier,
  NoticeAction,
  NoticeChoice,
} from '../channels/desktop-notifier.ts';
import { htmlText } from '../channels/markup.ts';
import { noticeText } from '../domain/notice-text.ts';
import { interrupted, sent, type Outcome } from '../domain/outcome.ts';
import { busMethod, ownerChanges, type Bus, type BusAnswer, type BusCall } from './bus.ts';
import { failureOf } from './notification-failure.ts';

const NAME = 'org.freedesktop.Notifications';
const SERVER = {
  destination: NAME,
  path: '/org/freedesktop/Notifications',
  interface: NAME,
} as const;

/** Of one call. A server answers in milliseconds, one that is started first in a second. */
const CALL_TIMEOUT_MS = 4_000;
/** At login the panel with its notification server may come after us. */
const SERVER_MAY_COME_MS = 60_000;
/** Notices kept for replacing, closing and actions; the oldest beyond that are forgotten. */
const KEPT_MAX = 200;

/** As the Linux packages install it. */
const ICON = 'belfry';

const URGENCY = { low: 0, normal: 1, critical: 2 } as const;
/** Of the freedesktop.org sound naming specification. */
const SOUND_NAMES = {
  info: 'message-new-instant',
  warning: 'dialog-warning',
  critical: 'dialog-error',
};

const soundHint = (sound: DesktopNotice['sound']) =>
  sound === null ? { 'suppress-sound': ['b', true] } : { 'sound-name': ['s', SOUND_NAMES[sound]] };

/** The server's own time, or until it is dismissed. */
const EXPIRES_MS = { low: -1, normal: -1, critical: 0 } as const;
/** The reason of `NotificationClosed` for one that timed out: its server may still list it, with its actions. */
const EXPIRED = 1;

/** The target of a notice, and its number on the server that shows it. */
export interface ServerNotice {
  readonly tag: string;
  readonly route: string | null;
  readonly alertId: string | null;
  readonly actions: readonly NoticeAction['name'][];
  readonly id: number;
}

/** Notices that may still be on the screen after this process has ended. `server` names one server for as long as it runs. */
export interface ServerNotices {
  of(server: string): readonly ServerNotice[];
  put(server: string, notice: ServerNotice): void;
  remove(tag: string): void;
}

export interface DbusNotificationsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The name of the desktop entry, without its ending. */
  readonly desktopEntry: string;
  readonly onChoice: (choice: NoticeChoice) => void;
  /** A notification server is there: it was when the bus was reached, or has come since. */
  readonly onServer: () => void;
  /** Null where nothing outlives the process. */
  readonly memory: ServerNotices | null;
}

/** A notice that the server has, or is being given. */
interface Shown {
  readonly notice: NoticeChoice['notice'];
  readonly actions: readonly NoticeAction['name'][];
  /** The server's number for it; 0 until it answered. */
  id: number;
  /** The number of an earlier process's notice whose place it takes; 0 for none. */
  replaces: number;
}

/**
 * The notifications of a Linux desktop, over the session bus (Desktop Notifications Specification 1.3).
 * A server that hangs, is absent or refuses is an outcome within seconds, and everything else goes on
 * meanwhile. A later notice with the same tag replaces the earlier one.
 */
export class DbusNotifications implements DesktopNotifier {
  readonly #options: DbusNotificationsOptions;
  /** By tag, the oldest first. */
  readonly #shown = new Map<string, Shown>();
  readonly #tokens = new Map<number, string>();
  #capabilities: ReadonlySet<string> | null = null;
  /** The server has not answered: it is asked for a sign of life before it gets more to show. */
  #isSuspect = false;
  #watch: Disposable | null = null;
  #watchedAtMs = 0;
  /** Resolves once the server of this connection is known. */
  #looking: Promise<void> = Promise.resolve();
  #busId: string | null = null;
  /** The bus's id and the server's name on it: nobody else ever has both. */
  #server: string | null = null;

  constructor(options: DbusNotificationsOptions) {
    this.#options = options;
  }

  async show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome> {
    this.listen();
    const before = this.#shown.get(notice.tag);
    const actions = notice.actions.map(({ name }) => name);
    const shown: Shown = { notice, actions, id: 0, replaces: 0 };
    this.#keep(notice.tag, shown);
    const unready = await this.#ready(signal);
    if (unready) {
      // The previous notice of its tag is still on the screen.
      if (before && this.#isCurrent(shown)) this.#shown.set(notice.tag, before);
      else if (this.#isCurrent(shown)) this.#shown.delete(notice.tag);
      return this.#outcomeOf(unready);
    }
    if (!this.#isCurrent(shown)) return this.#overtaken(before);
    const took = (answer: BusAnswer): void => this.#took(shown, answer);
    const answer = await this.#call(
      this.#notify(notice, before?.id || shown.replaces),
      signal,
      took,
    );
    took(answer);
    return this.#outcomeOf(answer);
  }

  /** It was closed, or a later one with its tag shown, before the server was asked. */
  #overtaken(before: Shown | undefined): Outcome {
    if (before && before.id !== 0) this.#closeOnServer(before.id);
    return sent();
  }

  #isCurrent(shown: Shown): boolean {
    return this.#shown.get(shown.notice.tag) === shown;
  }

  close(tag: string): void {
    const shown = this.#shown.get(tag);
    this.#shown.delete(tag);
    this.#options.memory?.remove(tag);
    // One that has no number yet is closed when the server gives it.
    if (shown && shown.id !== 0) this.#closeOnServer(shown.id);
  }

  /** Stops listening for what people do with the notices. */
  stop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
  }

  /** Listens for notification servers, and for what people do with the notices. Safe to call twice. */
  listen(): void {
    if (this.#watch) return;
    const { bus, clock, onServer } = this.#options;
    this.#watchedAtMs = clock.monotonicMs();
    this.#watch = bus.watch({
      matches: [{ sender: NAME, path: SERVER.path, interface: NAME }, ownerChanges(NAME)],
      onSignal: (member, [id, detail, owner]) => {
        if (member === 'NameOwnerChanged') {
          this.#forgetServer();
          if (typeof owner !== 'string' || owner === '') return;
          onServer();
          this.#recognise(owner);
        } else if (typeof id === 'number') this.#hear(member, id, detail);
      },
      onConnected: () => {
        this.#looking = this.#lookForServer();
      },
      onLost: () => this.#forgetServer(),
    });
  }

  async #lookForServer(): Promise<void> {
    const [owner] = await Promise.all([
      this.#askBus(busMethod('GetNameOwner', 's', NAME)),
      this.#askForBusId(),
    ]);
    if (owner === null) return;
    this.#options.onServer();
    this.#recognise(owner);
  }

  async #askForBusId(): Promise<void> {
    this.#busId = await this.#askBus(busMethod('GetId', ''));
  }

  /** Returns the text that the bus answers; null without one. */
  async #askBus(call: BusCall): Promise<string | null> {
    const answer = await this.#options.bus.call(call, { timeoutMs: CALL_TIMEOUT_MS });
    const [text] = answer.kind === 'answered' ? answer.values : [];
    return typeof text === 'string' ? text : null;
  }

  /** Takes up the notices of an earlier process, if the server that showed them is still the same. */
  #recognise(owner: string): void {
    const { memory } = this.#options;
    if (memory === null || this.#busId === null) return;
    this.#server = `${this.#busId} ${owner}`;
    for (const shown of this.#shown.values()) if (shown.id !== 0) this.#remember(shown);
    for (const { id, actions, ...notice } of memory.of(this.#server)) {
      const current = this.#shown.get(notice.tag);
      if (!current) this.#shown.set(notice.tag, { notice, actions, id, replaces: 0 });
      // Its successor is on its way.
      else if (current.id === 0) current.replaces = id;
    }
  }

  /**
   * Another server knows nothing of the notices of the one before. What has no number yet is kept: it may
   * be on its way to the new one, which it has started.
   */
  #forgetServer(): void {
    for (const [tag, { id }] of this.#shown) if (id !== 0) this.#shown.delete(tag);
    this.#tokens.clear();
    this.#server = null;
    this.#capabilities = null;
    this.#isSuspect = false;
  }

  /** Returns null once the server answers, and its capabilities are known. */
  async #ready(signal: AbortSignal): Promise<BusAnswer | null> {
    if (this.#capabilities !== null && !this.#isSuspect) return null;
    const answer = await this.#call({ ...SERVER, member: 'GetCapabilities' }, signal);
    if (answer.kind !== 'answered') return answer;
    this.#isSuspect = false;
    const [names] = answer.values;
    const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    this.#capabilities = new Set(texts);
    // A notice of an earlier process may be what this one replaces.
    await this.#looking;
    return null;
  }

  #notify(notice: DesktopNotice, replacedId: number): BusCall {
    const { desktopEntry } = this.#options;
    const can = (capability: string): boolean => this.#capabilities?.has(capability) === true;
    const { title, body } = noticeText(notice);
    // A click on the notice itself is the action `default`; few servers show its label.
    const actions = notice.actions.flatMap(({ name, label }) =>
      name === 'open' ? ['default', label, name, label] : [name, label],
    );
    const hints = {
      urgency: ['y', URGENCY[notice.urgency]],
      'desktop-entry': ['s', desktopEntry],
      ...(can('sound') && soundHint(notice.sound)),
    };
    return {
      ...SERVER,
      member: 'Notify',
      signature: 'susssasa{sv}i',
      body: [
        'Belfry',
        replacedId,
        ICON,
        title,
        can('body-markup') ? htmlText(body) : body,
        can('actions') ? actions : [],
        Object.entries(hints),
        EXPIRES_MS[notice.urgency],
      ],
    };
  }

  #call(
    call: BusCall,
    signal: AbortSignal,
    onLate?: (answer: BusAnswer) => void,
  ): Promise<BusAnswer> {
    const limits = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return this.#options.bus.call(call, onLate ? { ...limits, onLate } : limits);
  }

  /** Notes the server's number, also when it came late, so that the next attempt replaces this one. */
  #took(shown: Shown, answer: BusAnswer): void {
    const { tag } = shown.notice;
    const isCurrent = this.#isCurrent(shown);
    if (answer.kind === 'timeout' || answer.kind === 'aborted') {
      this.#isSuspect = true;
    } else if (answer.kind === 'answered') {
      const [id] = answer.values;
      if (typeof id !== 'number') return;
      shown.id = id;
      // It was closed meanwhile, or a later one with its tag was shown beside it.
      if (!isCurrent && this.#shown.get(tag)?.id !== id) this.#closeOnServer(id);
      if (isCurrent) this.#remember(shown);
    } else if (isCurrent) {
      this.#shown.delete(tag);
    }
  }

  #remember({ notice: { tag, route, alertId }, actions, id }: Shown): void {
    if (this.#server === null) return;
    this.#options.memory?.put(this.#server, { tag, route, alertId, actions, id });
  }

  #outcomeOf(answer: BusAnswer): Outcome {
    const { clock } = this.#options;
    if (answer.kind === 'answered') return sent();
    if (answer.kind === 'aborted') return interrupted('stopped');
    const mayCome = clock.monotonicMs() - this.#watchedAtMs < SERVER_MAY_COME_MS;
    return failureOf(answer, { mayCome, limitMs: CALL_TIMEOUT_MS });
  }

  #closeOnServer(id: number): void {
    const call = { ...SERVER, member: 'CloseNotification', signature: 'u', body: [id] };
    void this.#options.bus
      .call({ ...call, noAutoStart: true }, { timeoutMs: CALL_TIMEOUT_MS })
      .then((answer) => {
        // A server refuses for one that a person has closed already.
        const { kind } = answer;
        this.#options.logger.log('debug', 'a notification was closed', { kind });
      });
  }

  #hear(member: string, id: number, detail: unknown): void {
    const shown = [...this.#shown.values()].find((one) => one.id === id);
    if (!shown) return;
    switch (member) {
      case 'ActivationToken':
        if (typeof detail === 'string') this.#tokens.set(id, detail);
        return;
      case 'ActionInvoked':
        if (typeof detail === 'string') this.#choose(shown, detail);
        return;
      case 'NotificationClosed':
        if (detail !== EXPIRED) this.#forget(shown);
    }
  }

  #choose({ notice, actions, id }: Shown, key: string): void {
    const wanted = key === 'default' ? 'open' : key;
    const action = actions.find((name) => name === wanted);
    if (!action) return;
    const activationToken = this.#tokens.get(id) ?? null;
    this.#tokens.delete(id);
    this.#options.onChoice({ action, notice, activationToken });
  }

  #keep(tag: string, shown: Shown): void {
    this.#shown.delete(tag);
    this.#shown.set(tag, shown);
    const [oldest] = this.#shown.values();
    if (this.#shown.size > KEPT_MAX && oldest) this.#forget(oldest);
  }

  #forget(shown: Shown): void {
    this.#tokens.delete(shown.id);
    this.#shown.delete(shown.notice.tag);
    this.#options.memory?.remove(shown.notice.tag);
  }
}
