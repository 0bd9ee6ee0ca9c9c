import type { Alert } from '../../main/contract/alert.ts';
import { severity, type Severity } from '../../main/contract/primitives.ts';
import type { Change } from '../../main/contract/push.ts';
import { alertTitle } from '../alerts/alert-labels.ts';
import type { BrowserMemory } from '../app/browser-memory.ts';
import { formatRoute } from '../app/route.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

const KEY = 'belfry.browserNotices';
/** Alerts within this time of each other are looked at together. */
const GATHER_MS = 1_000;
/** More alerts at the same time are one notification. */
const SHOWN_MAX = 3;
/** Alerts that are remembered, the latest. A forgotten one that changes could be shown once more. */
const REMEMBERED_MAX = 2_000;
/** A notification shows a few lines. */
const BODY_CHARS_MAX = 300;

/** `blocked`: the browser refuses them. `unavailable`: it has none for this page, which needs HTTPS. */
type State = 'on' | 'off' | 'blocked' | 'unavailable';

type Host = Pick<Window, 'document' | 'isSecureContext' | 'focus'> & {
  readonly Notification?: typeof Notification;
};

export interface BrowserNoticesOptions {
  readonly host: Host;
  readonly clock: WindowClock;
  readonly memory: BrowserMemory;
  /** Shows a route of the window. */
  readonly open: (route: string) => void;
}

/** The last seen state of an alert. */
interface Seen {
  readonly severity: Severity;
  /** Its notification, if it was shown alone. */
  notice: Notification | null;
}

/**
 * Shows new alerts, and those that got worse, as notifications of the browser while the page is open and
 * somebody looks elsewhere. What holds an alert's notifications holds these, too.
 */
export class BrowserNotices implements FeedListener {
  readonly #options: BrowserNoticesOptions;
  #state = $state.raw<State>('unavailable');
  // Nothing of it is drawn.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #seen = new Map<string, Seen>();
  #gathered: Alert[] = [];

  constructor(options: BrowserNoticesOptions) {
    this.#options = options;
    this.#state = this.#look();
  }

  get state(): State {
    return this.#state;
  }

  /** Asks the browser for its permission, which needs a click. */
  async turnOn(): Promise<void> {
    const { host, memory } = this.#options;
    const permission = await host.Notification?.requestPermission();
    if (permission === 'granted') memory.set(KEY, 'on');
    this.#state = this.#look();
  }

  turnOff(): void {
    this.#options.memory.set(KEY, null);
    this.#state = this.#look();
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== 'alert') continue;
      if (change.value) this.#follow(change.value);
      else this.#forget(change.id);
    }
  }

  #look(): State {
    const { Notification, isSecureContext } = this.#options.host;
    if (!Notification || !isSecureContext) return 'unavailable';
    if (Notification.permission === 'denied') return 'blocked';
    const isOn = Notification.permission === 'granted' && this.#options.memory.get(KEY) !== null;
    return isOn ? 'on' : 'off';
  }

  #follow(alert: Alert): void {
    const before = this.#seen.get(alert.id);
    if (alert.state !== 'open') before?.notice?.close();
    this.#remember(alert.id, { severity: alert.severity, notice: before?.notice ?? null });
    const isNew = before ? isWorse(alert.severity, before.severity) : isFirst(alert);
    if (!isNew || alert.state !== 'open' || isHeld(alert)) return;
    if (this.#state !== 'on' || this.#options.host.document.hasFocus()) return;
    if (this.#gathered.push(alert) === 1) this.#options.clock.after(GATHER_MS, () => this.#show());
  }

  #remember(id: string, seen: Seen): void {
    this.#seen.delete(id);
    this.#seen.set(id, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED_MAX && oldest !== undefined) this.#seen.delete(oldest);
  }

  #forget(id: string): void {
    this.#seen.get(id)?.notice?.close();
    this.#seen.delete(id);
  }

  #show(): void {
    const alerts = this.#gathered;
    this.#gathered = [];
    if (alerts.length > SHOWN_MAX) this.#showMany(alerts);
    else for (const alert of alerts) this.#showOne(alert);
  }

  #showOne(alert: Alert): void {
    const notice = this.#notify(alertTitle(alert), {
      body: alert.message.slice(0, BODY_CHARS_MAX),
      tag: alert.id,
      worst: alert.severity,
      route: formatRoute('alerts', alert.id),
    });
    const seen = this.#seen.get(alert.id);
    if (seen) seen.notice = notice;
  }

  #showMany(alerts: readonly Alert[]): void {
    const worst = alerts.reduce<Severity>(
      (worst, { severity }) => (isWorse(severity, worst) ? severity : worst),
      'info',
    );
    this.#notify(text('notice.storm', { count: alerts.length }), {
      body: text('notice.worst', { severity: worst }),
      tag: 'many',
      worst,
      route: formatRoute('alerts'),
    });
  }

  /** Returns null where the browser shows notifications to its own programs only, as on Android. */
  #notify(
    title: string,
    {
      body,
      tag,
      worst,
      route,
    }: {
      readonly body: string;
      readonly tag: string;
      readonly worst: Severity;
      readonly route: string;
    },
  ): Notification | null {
    const { host, open } = this.#options;
    if (!host.Notification) return null;
    try {
      const notice = new host.Notification(title, {
        ...{ body, tag: `belfry-${tag}` },
        silent: worst === 'info',
        requireInteraction: worst === 'critical',
      });
      notice.onclick = () => {
        host.focus();
        open(route);
        notice.close();
      };
      return notice;
    } catch {
      this.#state = 'unavailable';
      return null;
    }
  }
}

const isWorse = (one: Severity, than: Severity): boolean =>
  severity.options.indexOf(one) > severity.options.indexOf(than);

/** Returns true for an alert that has just been raised. */
const isFirst = ({ occurrences, acknowledgedAt }: Alert): boolean =>
  occurrences === 1 && acknowledgedAt === null;

/** Returns true if no channel is notified of it either. */
const isHeld = ({ mutedBy, flapping, snoozedUntil }: Alert): boolean =>
  mutedBy !== null || flapping || snoozedUntil !== null;
