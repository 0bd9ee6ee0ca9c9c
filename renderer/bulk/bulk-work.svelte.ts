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
import { reasonText, text } from '../messages/text.svelte.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** The time in which the host can undo a single discard; bulk work states its limit. */
const UNDO_MS = 30_000;
const KNOWN_MAX = 50;

/** Requeues of more dead letters than this are confirmed first. */
export const UNASKED_MAX = 20;

const isOver = ({ state }: BulkJob): boolean => state !== 'running';

/**
 * Work on many notifications, which the host does in the background: started here, followed in every view,
 * with a notice at the end of each job that this window started or saw running.
 */
export class BulkWork implements FeedListener {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  readonly #clock: WindowClock;
  #jobs = $state.raw<readonly BulkJob[]>([]);
  /** Ids of jobs whose end has had its notice, since the answer to a start may come after it. */
  #noticed: readonly string[] = [];
  #asking = $state(false);
  #previews = $state(0);

  constructor(client: WindowClient, notices: Notices, clock: WindowClock) {
    this.#client = client;
    this.#notices = notices;
    this.#clock = clock;
  }

  /** The running jobs, the oldest first. */
  get running(): readonly BulkJob[] {
    return this.#jobs.filter((job) => !isOver(job));
  }

  /** True while the host is asked to start something, or what that would do. */
  get asking(): boolean {
    return this.#asking || this.#previews > 0;
  }

  /** Returns true if it was started. */
  requeue(selection: RequeueSelection): Promise<boolean> {
    return this.#ask(text('bulk.failed.requeue'), () =>
      this.#client.call('notifications.requeueMany', selection),
    );
  }

  /** Returns what a requeue would send and skip; null after a failure, with a notice. */
  async previewRequeue(selection: RequeueSelection): Promise<RequeuePreview | null> {
    this.#previews += 1;
    const answer = await this.#client.call('notifications.previewRequeue', selection);
    this.#previews -= 1;
    if (answer.ok) return answer.value;
    this.#notices.problem(text('bulk.failed.requeue'), answer.error);
    return null;
  }

  /** Returns true if it was started. */
  discard(selection: NotificationSelection): Promise<boolean> {
    return this.#ask(text('bulk.failed.discard'), () =>
      this.#client.call('notifications.discardMany', selection),
    );
  }

  /** Returns the undo of a notification that was discarded just now. */
  undoOf(notificationId: string): Undo {
    return this.#undo(notificationId, this.#clock.now() + UNDO_MS);
  }

  async cancel({ id }: BulkJob): Promise<void> {
    const answer = await this.#client.call('bulk.cancel', { id });
    // One that ended meanwhile has had its notice.
    if (answer.ok) this.#take(answer.value);
    else if (answer.error.code !== 'wrong_state') {
      this.#notices.problem(text('bulk.failed.cancel'), answer.error);
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

  /** Starts one thing at a time: a second click on the same button means the first. */
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
    // Work on a few is done before the answer to its start.
    if (last && isOver(last)) this.#notify(last);
    else {
      this.#put({ ...answer.value, state: 'running' });
      this.#take(answer.value);
    }
    return true;
  }

  async #load(): Promise<void> {
    // A job that starts while the answer is under way need not be in it.
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
        this.#notify(job, job.undoUntil);
      }
    }
  }

  /** Takes the newest state of a job. The last one is final, whatever arrives late. */
  #take(job: BulkJob): void {
    const before = this.#find(job.id);
    if (before && isOver(before)) return;
    this.#put(job);
    if (before && isOver(job)) this.#notify(job);
  }

  #put(job: BulkJob): void {
    const isKnown = this.#find(job.id) !== undefined;
    this.#jobs = isKnown
      ? this.#jobs.map((other) => (other.id === job.id ? job : other))
      : [...this.#jobs, job].slice(-KNOWN_MAX);
  }

  /** Drops a job that the host no longer knows since its restart. */
  #forget({ id, action }: BulkJob): void {
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
    const message = text('bulk.restarted');
    this.#notices.problem(text(`bulk.running.${action}`), { code: 'unavailable', message });
  }

  #notify(job: BulkJob, undoUntil = this.#undoUntil(job)): void {
    const { id, action, state, changed } = job;
    if (this.#noticed.includes(id)) return;
    this.#noticed = [...this.#noticed, id].slice(-KNOWN_MAX);
    if (state === 'failed') {
      const message = job.reason ? reasonText(job.reason) : text('bulk.halfway');
      this.#notices.problem(text(`bulk.running.${action}`), { code: 'unavailable', message });
    }
    if (state === 'failed' && changed === 0) return;
    const undo = undoUntil === null || changed === 0 ? null : this.#undo(id, undoUntil);
    this.#notices.done(
      text(`bulk.${state === 'finished' ? 'done' : 'stopped'}.${action}`, job),
      undo,
    );
  }

  /** Returns the limit from the host's two times, so that a wrong clock of this machine does no harm. */
  #undoUntil({ undoUntil, endedAt }: BulkJob): number | null {
    if (undoUntil === null) return null;
    return this.#clock.now() + (endedAt === null ? UNDO_MS : undoUntil - endedAt);
  }

  #undo(id: string, until: number): Undo {
    const call = () => this.#client.call('notifications.undoDiscard', { id });
    return { until, run: () => this.#begin(text('bulk.failed.undo'), call) };
  }

  #find(id: string): BulkJob | undefined {
    return this.#jobs.find((job) => job.id === id);
  }
}
