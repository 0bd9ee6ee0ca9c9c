import type { Failure, Result } from '../../main/contract/result.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Session } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';

/** The windows that are signed in, while somebody looks at them. Changes of them are not pushed. */
export class SessionStore implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly #remote: Remote<readonly Session[]>;

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
    this.#remote = remoteItems(() => client.call('sessions.list', {}));
  }

  get items(): readonly Session[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows the sessions until the answer is called. */
  open(): () => void {
    void this.load();
    return this.#feed.listen(this);
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  async end(id: string): Promise<Result<unknown>> {
    const answer = await this.#client.call('sessions.end', { id });
    if (answer.ok) this.#remote.change((items) => items.filter((session) => session.id !== id));
    return answer;
  }

  /** Ends all but this window's own. */
  async endOthers(): Promise<Result<Output<'sessions.endOthers'>>> {
    const answer = await this.#client.call('sessions.endOthers', {});
    if (answer.ok) this.#remote.change((items) => items.filter(({ current }) => current));
    return answer;
  }

  changed(): void {
    // What others do to sessions shows at the next opening.
  }

  missed(): void {
    void this.load();
  }
}
