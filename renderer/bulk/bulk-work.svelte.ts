import type {
  BulkJob,
  NotificationSelection,
  RequeuePreview,
  RequeueSelection,
} from '../../main/contract/notification.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Result } from '../../main/contract/result.ts';
import type { Notices, Undo } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { RUNNING_LABELS, outcomeWords } from './bulk-labels.ts';

/** How long the host lets a single discard be undone (design.md §3); bulk work says so itself. */
const UNDO_MS = 30_000;
const KNOWN_MAX = 50;

const isOver = ({ state }: BulkJob): boolean => state !== 'running';

/**
 * Work on many notifications, which the host does in the background: begun here, followed wherever the
 * window goes, and told about at its end. What this window neither began nor saw running is not told.
 */
export class BulkWork implements FeedListener {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  readonly #clock: WindowClock;
  #jobs = $state.raw<readonly BulkJob[]>([]);
  /** Ids of jobs whose end was told, since the answer to a beginning may come after it. */
  #told: readonly string[] = [];
  #asking = $state(false);

  constructor(client: WindowClient, notices: Notices, clock: WindowClock) {
    this.#client = client;
    this.#notices = notices;
    this.#clock = clock;
  }

  /** What is being worked on, the oldest first. */
  get running(): readonly BulkJob[] {
    return this.#jobs.filter((job) => !isOver(job));
  }

  /** The host is being asked to begin something. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Answers whether it was begun. */
  requeue(selection: RequeueSelection): Promise<boolean> {
    return this.#ask('Could not requeue', () =>
      this.#client.call('notifications.requeueMany', selection),
    );
  }

  /** What a requeue would send and skip; null when that could not be found out, which is said. */
  async previewRequeue(selection: RequeueSelection): Promise<RequeuePreview | null> {
    const answer = await this.#client.call('notifications.previewRequeue', selection);
    if (answer.ok) return answer.value;
    this.#notices.problem('Could not requeue', answer.error);
    return null;
  }

  /** Answers whether it was begun. */
  discard(selection: NotificationSelection): Promise<boolean> {
    return this.#ask('Could not discard', () =>
      this.#client.call('notifications.discardMany', selection),
    );
  }

  /** How a notification that was discarded just now is brought back. */
  undoOf(notificationId: string): Undo {
    return this.#undo(notificationId, this.#clock.now() + UNDO_MS);
  }

  async cancel({ id }: BulkJob): Promise<void> {
    const answer = await this.#client.call('bulk.cancel', { id });
    // One that ended meanwhile has told so itself.
    if (answer.ok) this.#take(answer.value);
    else if (answer.error.code !== 'wrong_state') {
      this.#notices.problem('Could not cancel', answer.error);
    }
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== 'bulk') continue;
      if (change.value) this.#take(change.value);
      else this.#jobs = this.#jobs.filter(({ id }) => id !== change.id);
    }
  }

  missed(): void {
    void this.#load();
  }

  /** One thing at a time, since a second click on the same button means the first. */
  async #ask(what: string, call: () => Promise<Result<BulkJob>>): Promise<boolean> {
    if (this.#asking) return false;
    this.#asking = true;
    const begun = await this.#begin(what, call);
    this.#asking = false;
    return begun;
  }

  async #begin(what: string, call: () => Promise<Result<BulkJob>>): Promise<boolean> {
    const answer = await call();
    if (!answer.ok) {
      this.#notices.problem(what, answer.error);
      return false;
    }
    const last = this.#find(answer.value.id);
    // Work on a few is done before its own beginning is answered.
    if (last && isOver(last)) this.#tell(last);
    else {
      this.#put({ ...answer.value, state: 'running' });
      this.#take(answer.value);
    }
    return true;
  }

  async #load(): Promise<void> {
    // What is begun while the answer is under way need not be in it.
    const { running } = this;
    const answer = await this.#client.call('bulk.list', {});
    if (!answer.ok) return;
    const { items } = answer.value;
    for (const job of running) {
      if (!items.some(({ id }) => id === job.id)) this.#forget(job);
    }
    for (const job of items.toReversed()) {
      const isNew = this.#find(job.id) === undefined;
      this.#take(job);
      // A window that was reloaded can still undo what it did before.
      if (isNew && job.undoUntil !== null && job.undoUntil > this.#clock.now()) {
        this.#tell(job, job.undoUntil);
      }
    }
  }

  /** Takes the newest word on a job. The last one is final, whatever arrives late. */
  #take(job: BulkJob): void {
    const before = this.#find(job.id);
    if (before && isOver(before)) return;
    this.#put(job);
    if (before && isOver(job)) this.#tell(job);
  }

  #put(job: BulkJob): void {
    const isKnown = this.#find(job.id) !== undefined;
    this.#jobs = isKnown
      ? this.#jobs.map((other) => (other.id === job.id ? job : other))
      : [...this.#jobs, job].slice(-KNOWN_MAX);
  }

  /** The host has started anew, and speaks of it no more. */
  #forget({ id, action }: BulkJob): void {
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
    const message = 'Belfry was restarted in the middle of it. What was done stays done.';
    this.#notices.problem(RUNNING_LABELS[action], { code: 'unavailable', message });
  }

  #tell(job: BulkJob, undoUntil = this.#undoUntil(job)): void {
    const { id, action, state, changed } = job;
    if (this.#told.includes(id)) return;
    this.#told = [...this.#told, id].slice(-KNOWN_MAX);
    if (state === 'failed') {
      const message = job.problem ?? 'It stopped half-way. What was done stays done.';
      this.#notices.problem(RUNNING_LABELS[action], { code: 'unavailable', message });
    }
    if (state === 'failed' && changed === 0) return;
    const undo = undoUntil === null || changed === 0 ? null : this.#undo(id, undoUntil);
    this.#notices.done(outcomeWords(job), undo);
  }

  /** From the host's own two times, so that a clock of this machine that is wrong costs nothing. */
  #undoUntil({ undoUntil, endedAt }: BulkJob): number | null {
    if (undoUntil === null) return null;
    return this.#clock.now() + (endedAt === null ? UNDO_MS : undoUntil - endedAt);
  }

  #undo(id: string, until: number): Undo {
    const call = () => this.#client.call('notifications.undoDiscard', { id });
    return { until, run: () => this.#begin('Could not undo', call) };
  }

  #find(id: string): BulkJob | undefined {
    return this.#jobs.find((job) => job.id === id);
  }
}
