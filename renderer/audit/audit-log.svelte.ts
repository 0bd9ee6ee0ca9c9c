import type { Failure } from '../../main/contract/result.ts';
import type { AuditEntry } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { PendingRequests } from '../live/pending-requests.ts';

const PAGE_SIZE = 100;

/**
 * What operators did, newest first, loaded page by page while somebody looks at it. Its rows are not
 * pushed: what others do meanwhile shows at the next opening, or when somebody asks for it.
 */
export class AuditLog implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  #subject: string | null = null;
  #items = $state.raw<readonly AuditEntry[] | null>(null);
  #nextCursor = $state.raw<string | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #loadingMore = $state(false);
  readonly #heads = new PendingRequests<never>();
  readonly #nextPages = new PendingRequests<never>();

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
  }

  /** Null while the first page is awaited. */
  get items(): readonly AuditEntry[] | null {
    return this.#items;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get hasMore(): boolean {
    return this.#nextCursor !== null;
  }

  get loadingMore(): boolean {
    return this.#loadingMore;
  }

  /** Loads what was done to one subject, or to all, and follows it until the answer is called. */
  open(subject: string | null): () => void {
    this.#subject = subject;
    this.#items = null;
    this.#nextCursor = null;
    this.#failure = null;
    this.missed();
    return this.#feed.listen(this);
  }

  /** Begins anew with the newest. */
  async load(): Promise<void> {
    const question = this.#heads.ask();
    const answer = await this.#ask(null);
    if (!this.#heads.answered(question)) return;
    this.#failure = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.#items = answer.value.items;
    this.#nextCursor = answer.value.nextCursor;
  }

  async loadMore(): Promise<void> {
    const cursor = this.#nextCursor;
    if (cursor === null || this.#loadingMore) return;
    const question = this.#nextPages.ask();
    this.#loadingMore = true;
    const answer = await this.#ask(cursor);
    if (!this.#nextPages.answered(question)) return;
    this.#loadingMore = false;
    // The log began anew meanwhile, and this page would leave a hole in it.
    if (this.#nextCursor !== cursor) return;
    this.#failure = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.#items = [...(this.#items ?? []), ...answer.value.items];
    this.#nextCursor = answer.value.nextCursor;
  }

  changed(): void {
    // Its rows are not among what is pushed.
  }

  missed(): void {
    this.#heads.drop();
    this.#nextPages.drop();
    this.#loadingMore = false;
    void this.load();
  }

  #ask(cursor: string | null) {
    return this.#client.call('audit.list', {
      limit: PAGE_SIZE,
      ...(this.#subject !== null && { subject: this.#subject }),
      ...(cursor !== null && { cursor }),
    });
  }
}
