import type { Clock } from '../base/clock.ts';
import type { Messages } from '../messages/messages.ts';
import { interrupted, sent, type Outcome } from '../domain/outcome.ts';
import {
  openAction,
  urgencyOf,
  type DesktopNotice,
  type DesktopNotifier,
} from '../channels/desktop-notifier.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { Severity } from '../contract/primitives.ts';

export interface NoticeQueueOptions {
  /** The notifications of the operating system. */
  readonly notifier: DesktopNotifier;
  readonly clock: Clock;
  readonly messages: () => Messages;
}

/** The time within which notices that come are looked at together. */
const GATHER_MS = 300;
/** The same after a person has come back: what was missed comes in by and by. */
const GATHER_WHEN_BACK_MS = 3_000;
/** This many notices within the window are shown one by one; more are one notice. */
const SHOWN_MAX = 5;
const WINDOW_MS = 30_000;
/** A storm is over once nothing has come for this long: longer than the core collects for its summary. */
const CALM_MS = 90_000;
/** The time after a person has come back within which a notice counts as missed. */
const BACK_MS = 20_000;
/** Alerts that one notice counts, and notices that are remembered for it; a larger number is not counted on. */
const COUNTED_MAX = 10_000;
const REMEMBERED_MAX = 200;

type Alerts = NonNullable<DesktopNotice['alerts']>;
type Kind = 'firing' | 'resolved';
/** The reason why many notices are one: they come in a short time, or came while nobody looked. */
type Mode = 'storm' | 'away';

type AlertNotice = DesktopNotice & { readonly alerts: Alerts };

/** A notice that waits to be shown. */
interface Waiting {
  readonly notice: AlertNotice;
  readonly signal: AbortSignal;
  readonly settle: (outcome: Outcome) => void;
}

/** A notice that was shown alone. */
interface Alone {
  readonly notice: AlertNotice;
  readonly shownAtMs: number;
}

/** One notice for many alerts. */
interface Combined {
  readonly tag: string;
  readonly ids: Set<string>;
  worst: Severity | null;
  /** The worst severity that it has sounded for. */
  sounded: Severity | null;
  lastAtMs: number;
}

/** The notices that are made one. */
interface Look {
  readonly mode: Mode;
  readonly now: number;
  readonly batch: readonly Waiting[];
  readonly alone: readonly Alone[];
  /** The notice that it is added to. */
  readonly earlier: Combined | null;
  readonly storm: Combined | null;
}

/**
 * Shows a storm as one notice, for all that show alerts on this desktop. What comes at the same time is
 * looked at together: a few notices are shown one by one; many in a short time are one, which counts them,
 * is replaced as their number grows, and opens the list of alerts. What came while the screen was locked,
 * the machine slept or there was no notification server is one notice afterwards. Each notice is settled
 * with the outcome of the one that shows it.
 */
export class NoticeQueue implements DesktopNotifier {
  readonly #options: NoticeQueueOptions;
  readonly #firing: Crowd;
  readonly #resolved: Crowd;
  #isLocked = false;
  #backUntilMs = Number.NEGATIVE_INFINITY;
  #hasMissed = false;

  constructor(options: NoticeQueueOptions) {
    this.#options = options;
    const mode = () => (options.clock.monotonicMs() < this.#backUntilMs ? 'away' : 'storm');
    this.#firing = new Crowd('firing', options, mode);
    this.#resolved = new Crowd('resolved', options, mode);
  }

  async show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome> {
    const { alerts } = notice;
    if (alerts === null) return this.#options.notifier.show(notice, signal);
    const crowd = alerts.areOver ? this.#resolved : this.#firing;
    const outcome = await crowd.show({ ...notice, alerts }, signal);
    if (outcome.kind !== 'interrupted') this.#hasMissed = outcome.kind !== 'sent';
    return outcome;
  }

  close(tag: string): void {
    for (const crowd of this.#crowds) crowd.close(tag);
    this.#options.notifier.close(tag);
  }

  /** The screen is locked: nobody may see what is shown from now on. */
  locked(): void {
    if (this.#isLocked) return;
    this.#isLocked = true;
    for (const crowd of this.#crowds) crowd.begin();
  }

  unlocked(): void {
    if (!this.#isLocked) return;
    this.#isLocked = false;
    this.#welcomeBack();
  }

  /** The machine woke from sleep; behind a locked screen, its unlocking counts. */
  woke(): void {
    if (this.#isLocked) return;
    for (const crowd of this.#crowds) crowd.begin();
    this.#welcomeBack();
  }

  /** There is a notification server, without which the last notice could not be shown. */
  serverCame(): void {
    if (this.#hasMissed) this.woke();
  }

  /** Shows at once what waits. */
  stop(): void {
    for (const crowd of this.#crowds) crowd.stop();
  }

  get #crowds(): readonly Crowd[] {
    return [this.#firing, this.#resolved];
  }

  #welcomeBack(): void {
    this.#backUntilMs = this.#options.clock.monotonicMs() + BACK_MS;
    for (const crowd of this.#crowds) crowd.gather();
  }
}

/** The notices of alerts that fire, or of those that are over. */
class Crowd {
  readonly #kind: Kind;
  readonly #options: NoticeQueueOptions;
  readonly #mode: () => Mode;
  readonly #waiting = new Set<Waiting>();
  /** The notices that are being shown alone. */
  readonly #underWay = new Set<Waiting>();
  #flush: Disposable | null = null;
  /** The notices that are shown alone since the crowd last began, the oldest first. */
  #alone: Alone[] = [];
  #begunAtMs = Number.NEGATIVE_INFINITY;
  readonly #combined = new Map<Mode, Combined>();

  constructor(kind: Kind, options: NoticeQueueOptions, mode: () => Mode) {
    this.#kind = kind;
    this.#options = options;
    this.#mode = mode;
  }

  show(notice: AlertNotice, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve(interrupted('stopped'));
    return new Promise((resolve) => {
      const abort = (): void => settle(interrupted('stopped'));
      const settle = (outcome: Outcome): void => {
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(waiting);
        resolve(outcome);
      };
      const waiting: Waiting = { notice, signal, settle };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
      this.gather();
    });
  }

  /** Looks at what has come, in a moment. */
  gather(): void {
    const waitMs = this.#mode() === 'away' ? GATHER_WHEN_BACK_MS : GATHER_MS;
    this.#flush ??= this.#options.clock.after(waitMs, () => {
      this.#flush = null;
      void this.#look();
    });
  }

  /** Begins a crowd: a notice that was shown before is no part of what a person misses from now on. */
  begin(): void {
    this.#alone = [];
    this.#begunAtMs = this.#options.clock.monotonicMs();
  }

  /** Takes an alert out. One that was not shown yet need not be. */
  close(tag: string): void {
    this.#alone = this.#alone.filter(({ notice }) => notice.tag !== tag);
    for (const one of this.#underWay) if (one.notice.tag === tag) this.#underWay.delete(one);
    for (const { notice, settle } of this.#waiting) if (notice.tag === tag) settle(sent());
    for (const [mode, combined] of this.#combined) {
      if (!combined.ids.delete(tag) || combined.ids.size > 0) continue;
      this.#combined.delete(mode);
      this.#options.notifier.close(combined.tag);
    }
  }

  stop(): void {
    if (this.#flush === null) return;
    this.#flush[Symbol.dispose]();
    this.#flush = null;
    void this.#look();
  }

  #look(): Promise<void> {
    const now = this.#options.clock.monotonicMs();
    const mode = this.#mode();
    const batch = [...this.#waiting];
    this.#waiting.clear();
    const earlier = this.#current(mode, now);
    const storm = mode === 'away' ? this.#missedStorm() : null;
    const alone = this.#alone.filter(
      ({ shownAtMs }) => mode === 'away' || shownAtMs > now - WINDOW_MS,
    );
    const most = mode === 'away' ? 1 : SHOWN_MAX;
    const isCrowd = earlier ? batch.length > 0 : batch.length + alone.length > most;
    return isCrowd || storm
      ? this.#combine({ mode, now, batch, alone, earlier, storm })
      : this.#showAlone(batch);
  }

  /** Returns the notice that further ones are added to; null when there is none, or it is of a storm that is over. */
  #current(mode: Mode, now: number): Combined | null {
    const combined = this.#combined.get(mode) ?? null;
    const lastsMs = mode === 'away' ? BACK_MS : CALM_MS;
    return combined !== null && now - combined.lastAtMs < lastsMs ? combined : null;
  }

  /** Returns the storm that a person has missed; null when there was none. */
  #missedStorm(): Combined | null {
    const storm = this.#combined.get('storm') ?? null;
    return storm !== null && storm.lastAtMs >= this.#begunAtMs ? storm : null;
  }

  async #showAlone([first, ...others]: readonly Waiting[]): Promise<void> {
    if (!first) return;
    const outcome = await this.#showOne(first);
    const isRefused = outcome.kind === 'transient' || outcome.kind === 'permanent';
    if (isRefused) for (const { settle } of others) settle(untried(outcome));
    else await Promise.all(others.map((waiting) => this.#showOne(waiting)));
  }

  async #showOne(waiting: Waiting): Promise<Outcome> {
    const { notifier, clock } = this.#options;
    const { notice, signal, settle } = waiting;
    this.#underWay.add(waiting);
    const outcome = await notifier.show(notice, signal);
    const isWanted = this.#underWay.delete(waiting);
    if (outcome.kind === 'sent' && isWanted) {
      this.#alone.push({ notice, shownAtMs: clock.monotonicMs() });
      if (this.#alone.length > REMEMBERED_MAX) this.#alone.shift();
    }
    settle(outcome);
    return outcome;
  }

  async #combine({ mode, now, batch, alone, earlier, storm }: Look): Promise<void> {
    const { notifier } = this.#options;
    const combined = earlier ?? newCombined(`belfry-${mode}-${this.#kind}`);
    const members = [...alone, ...batch].map(({ notice }) => notice);
    for (const id of [...(storm?.ids ?? []), ...members.flatMap(({ alerts }) => alerts.ids)]) {
      if (combined.ids.size < COUNTED_MAX) combined.ids.add(id);
    }
    const severities = members.map(({ alerts }) => alerts.worst);
    combined.worst = worstOf([combined.worst, storm?.worst ?? null, ...severities]);
    combined.lastAtMs = now;
    this.#combined.set(mode, combined);
    const sound = worstOf(batch.map(({ notice }) => notice.sound));
    const isLouder =
      sound !== null && (combined.sounded === null || isWorse(sound, combined.sounded));
    const latest = members.at(-1)?.title ?? null;
    const notice = this.#noticeOf(combined, mode, { latest, sound: isLouder ? sound : null });
    const outcome = await notifier.show(notice, new AbortController().signal);
    if (outcome.kind === 'sent') {
      combined.sounded = worstOf([combined.sounded, sound]);
      this.#replaced(alone, storm);
    } else if (earlier === null && this.#combined.get(mode) === combined) {
      this.#combined.delete(mode);
    }
    const [first, ...others] = batch;
    first?.settle(outcome);
    for (const { settle } of others) settle(untried(outcome));
  }

  /** Takes down what the combined notice stands for. */
  #replaced(alone: readonly Alone[], storm: Combined | null): void {
    const { notifier } = this.#options;
    this.#alone = this.#alone.filter((one) => !alone.includes(one));
    for (const { notice } of alone) notifier.close(notice.tag);
    if (storm === null) return;
    if (this.#combined.get('storm') === storm) this.#combined.delete('storm');
    notifier.close(storm.tag);
  }

  #noticeOf(
    { tag, ids, worst }: Combined,
    mode: Mode,
    { latest, sound }: Pick<DesktopNotice, 'sound'> & { readonly latest: string | null },
  ): DesktopNotice {
    const messages = this.#options.messages();
    const isFiring = this.#kind === 'firing';
    const count = ids.size;
    const severity = worst ?? 'info';
    const title = isFiring ? (`notice.${mode}` as const) : ('notice.resolved' as const);
    return {
      tag,
      title: messages.text(title, { count }),
      body: [
        ...(isFiring ? [messages.text('notice.worst', { severity })] : []),
        ...(latest === null ? [] : [messages.text('notice.latest', { latest })]),
      ].join(' '),
      urgency: urgencyOf(isFiring ? severity : null),
      route: '#/alerts',
      alertId: null,
      actions: [openAction(messages)],
      alerts: null,
      sound,
    };
  }
}

const newCombined = (tag: string): Combined => ({
  tag,
  ids: new Set(),
  worst: null,
  sounded: null,
  lastAtMs: 0,
});

const worstOf = (severities: readonly (Severity | null)[]): Severity | null =>
  severities.reduce(
    (worst, one) => (worst === null || (one !== null && isWorse(one, worst)) ? one : worst),
    null,
  );

/** Returns the outcome of a notice that was not shown because another one was refused: it is worth another try. */
const untried = (outcome: Outcome): Outcome =>
  outcome.kind === 'permanent' ? { ...outcome, kind: 'transient', class: 'connection' } : outcome;
