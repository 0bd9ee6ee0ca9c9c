import type { DesktopNotice, DesktopNotifier } from '../../channels/desktop-notifier.ts';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import { MESSAGE_KIND, type Alert } from '../../contract/alert.ts';
import type { Client, Unsubscribe } from '../../contract/client.ts';
import type { Output } from '../../contract/methods.ts';
import type { PushMessage } from '../../contract/push.ts';
import type { Result } from '../../contract/result.ts';
import type { Severity } from '../../contract/primitives.ts';
import { isWorse } from '../../domain/alert-state.ts';
import type { Messages } from '../../messages/messages.ts';
import { alertNotice, summaryNotice, tagOf } from './core-notice.ts';
import {
  FOLLOWED_MAX,
  SEEN_MAX,
  type NoticeMemory,
  type NoticeMemoryFile,
} from './notice-memory.ts';

const PAGE_SIZE = 100;
/** The number of pages that are counted; of more, the summary says that there were many. */
const PAGES_MAX = 10;
/** More alerts than these at once are one notice. */
const NOTICES_AT_ONCE_MAX = 3;
/** How much the clock of a core may go back, so that a new alert has an older id. */
const CLOCK_SLACK_MS = 60_000;
/** After a refusal of the notification service. */
const RETRY_MS = 30_000;

export interface RemoteNoticesOptions {
  readonly core: Client;
  readonly about: () => { readonly id: string; readonly name: string };
  readonly notifier: DesktopNotifier;
  /** Returns the severity whose sound a notification has by the desktop's setting; null for a silent one. */
  readonly soundOf: (severity: Severity | null) => Severity | null;
  readonly file: NoticeMemoryFile;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly messages: () => Messages;
}

/** Returns the time in a UUIDv7, in ms; zero for another id. */
const timeOf = (id: string): number =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : 0;

const isOver = ({ state }: Alert): boolean => state !== 'open';
const isHeld = ({ mutedBy, snoozedUntil }: Alert): boolean =>
  mutedBy !== null || snoozedUntil !== null;

/**
 * Shows the alerts of a core elsewhere as notifications of this desktop, each once, and closes them when somebody has
 * seen to it. What was missed without a connection is caught up. What is to be shown is on disk before it is shown:
 * after a crash in between it is shown again, in place of the same notice.
 */
export class RemoteNotices {
  readonly #options: RemoteNoticesOptions;
  readonly #unsubscribe: Unsubscribe;
  readonly #stopping = new AbortController();
  #memory: NoticeMemory | null;
  #work: Promise<void> = Promise.resolve();
  #retry: Disposable | null = null;

  constructor(options: RemoteNoticesOptions) {
    this.#options = options;
    this.#memory = options.file.read();
    this.#unsubscribe = options.core.subscribe((message) => this.#received(message));
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#retry?.[Symbol.dispose]();
    this.#stopping.abort();
    await this.#work;
  }

  /** Closes its notices and forgets them, after the core was removed. */
  async forget(): Promise<void> {
    await this.stop();
    const { about, notifier, file } = this.#options;
    for (const { id } of this.#memory?.shown ?? []) notifier.close(tagOf(about().id, id));
    await file.forget();
  }

  #received(message: PushMessage): void {
    if (message.type === 'hello' || message.type === 'resync') this.#then(() => this.#catchUp());
    if (message.type !== 'batch') return;
    const alerts = message.changes.flatMap((change) =>
      change.entity === 'alert' && change.value !== null ? [change.value] : [],
    );
    if (alerts.length > 0) this.#then(() => this.#take(alerts));
  }

  /** Runs one step after the other. */
  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#stopping.signal.aborted) return;
      try {
        await step();
      } catch (error) {
        this.#options.logger.log('warn', 'notices of a core are late', { error: errorText(error) });
        this.#tryLater();
      }
    });
  }

  /** Asks for what was missed, and for what became of what is shown or waits. */
  async #catchUp(): Promise<void> {
    const { core } = this.#options;
    const memory = this.#memory;
    if (memory === null) return this.#beginNow();
    const missed: Alert[] = [];
    const listed = new Map<string, Alert>();
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const found: Result<Output<'alerts.list'>> = await core.call('alerts.list', {
        limit: PAGE_SIZE,
        ...(cursor === null ? {} : { cursor }),
      });
      // The connection is gone again; the next greeting asks once more.
      if (!found.ok) return;
      for (const alert of found.value.items) listed.set(alert.id, alert);
      const fresh = found.value.items.filter(({ id }) => this.#isNew(memory, id));
      missed.push(...fresh);
      cursor = found.value.nextCursor;
      if (cursor === null || fresh.length === 0) break;
    }
    const known = [...memory.shown, ...memory.waiting];
    const now: Alert[] = [];
    for (const { id } of known) {
      const alert = listed.get(id);
      if (alert) {
        now.push(alert);
        continue;
      }
      const found = await core.call('alerts.get', { id });
      if (found.ok) now.push(found.value);
      else if (found.error.code === 'not_found') this.#close(id);
      else return;
    }
    await this.#take([...missed.reverse(), ...now]);
  }

  /** Notifies of nothing that was there before the core was added. */
  async #beginNow(): Promise<void> {
    const found = await this.#options.core.call('alerts.list', { limit: PAGE_SIZE });
    if (!found.ok) return;
    const ids = found.value.items.map(({ id }) => id);
    const newestMs = Math.max(0, ...ids.map(timeOf));
    await this.#remember({ version: 1, newestMs, seen: ids, waiting: [], shown: [] });
  }

  #isNew({ seen, newestMs }: NoticeMemory, id: string): boolean {
    return !seen.includes(id) && timeOf(id) >= newestMs - CLOCK_SLACK_MS;
  }

  /** Takes the state of alerts, old and new: shows, raises, closes or keeps each waiting. */
  async #take(alerts: readonly Alert[]): Promise<void> {
    const memory = this.#memory;
    // The first answer says what is old.
    if (memory === null) return;
    const latest = new Map(alerts.map((alert) => [alert.id, alert]));
    const fresh = [...latest.values()].filter(({ id }) => this.#isNew(memory, id));
    const wanted = fresh.filter((alert) => !isOver(alert) || alert.kind === MESSAGE_KIND);
    for (const { id } of memory.shown) {
      const alert = latest.get(id);
      if (alert && isOver(alert) && alert.kind !== MESSAGE_KIND) this.#close(id);
    }
    const shownBefore = new Map(this.#memory?.shown.map(({ id, severity }) => [id, severity]));
    const raised = [...latest.values()].filter((alert) => {
      const before = shownBefore.get(alert.id);
      return before !== undefined && !isOver(alert) && isWorse(alert.severity, before);
    });
    const next = [...wanted, ...raised].map(({ id, severity }) => ({ id, severity }));
    const isNext = new Set(next.map(({ id }) => id));
    const before = (this.#memory?.waiting ?? []).filter(({ id }) => {
      const alert = latest.get(id);
      return !isNext.has(id) && (!alert || !isOver(alert) || alert.kind === MESSAGE_KIND);
    });
    const waiting = [...before, ...next].slice(-FOLLOWED_MAX);
    await this.#remember({ ...(this.#memory ?? memory), ...seenWith(memory, fresh), waiting });
    await this.#showReady(latest);
  }

  /** Shows what waits and is held by nothing. */
  async #showReady(latest: ReadonlyMap<string, Alert>): Promise<void> {
    const { about, messages } = this.#options;
    const ready = (this.#memory?.waiting ?? []).flatMap(({ id }) => {
      const alert = latest.get(id);
      return alert && !isHeld(alert) ? [alert] : [];
    });
    // A hold of an alert may end by the clock, without a push.
    if (ready.length < (this.#memory?.waiting.length ?? 0)) this.#tryLater();
    const isMany = ready.length > NOTICES_AT_ONCE_MAX;
    const groups = isMany ? [ready] : ready.map((alert) => [alert]);
    for (const group of groups) {
      const [first] = group;
      if (!first) continue;
      const notice = isMany
        ? summaryNotice(messages(), about(), group)
        : alertNotice(messages(), about(), first);
      if (await this.#isShown(notice)) await this.#wasShown(group, !isMany);
    }
  }

  async #isShown(notice: DesktopNotice): Promise<boolean> {
    const { notifier, soundOf, logger } = this.#options;
    const heard = { ...notice, sound: soundOf(notice.sound) };
    const outcome = await notifier.show(heard, this.#stopping.signal);
    if (outcome.kind === 'sent') return true;
    logger.log('warn', 'a notice of a core was not shown', { outcome: outcome.kind });
    this.#tryLater();
    return false;
  }

  async #wasShown(group: readonly Alert[], hasOwnNotices: boolean): Promise<void> {
    const memory = this.#memory;
    if (memory === null) return;
    const ids = new Set(group.map(({ id }) => id));
    const others = memory.shown.filter(({ id }) => !ids.has(id));
    const own = hasOwnNotices ? group.map(({ id, severity }) => ({ id, severity })) : [];
    await this.#remember({
      ...memory,
      waiting: memory.waiting.filter(({ id }) => !ids.has(id)),
      shown: [...others, ...own].slice(-FOLLOWED_MAX),
    });
  }

  #close(id: string): void {
    const { about, notifier } = this.#options;
    notifier.close(tagOf(about().id, id));
    const memory = this.#memory;
    if (memory === null) return;
    const without = (list: NoticeMemory['shown']) => list.filter((each) => each.id !== id);
    this.#memory = { ...memory, shown: without(memory.shown), waiting: without(memory.waiting) };
  }

  #tryLater(): void {
    this.#retry ??= this.#options.clock.after(RETRY_MS, () => {
      this.#retry = null;
      this.#then(() => this.#catchUp());
    });
  }

  async #remember(memory: NoticeMemory): Promise<void> {
    this.#memory = memory;
    await this.#options.file.save(memory);
  }
}

/** Returns what is known with these alerts. Ids far from the newest are known by their time. */
function seenWith(
  { seen, newestMs: before }: NoticeMemory,
  alerts: readonly Alert[],
): Pick<NoticeMemory, 'seen' | 'newestMs'> {
  const newestMs = Math.max(before, ...alerts.map(({ id }) => timeOf(id)));
  const ids = [...seen, ...alerts.map(({ id }) => id)];
  const near = ids.filter((id) => timeOf(id) >= newestMs - CLOCK_SLACK_MS);
  return { newestMs, seen: near.slice(-SEEN_MAX) };
}
