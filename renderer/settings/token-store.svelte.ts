import type { Failure, Result } from '../../main/contract/result.ts';
import type { Input, Output } from '../../main/contract/methods.ts';
import type { Token } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';

/** The tokens, without their secrets, while somebody looks at them. Changes of them are not pushed. */
export class TokenStore implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly #remote: Remote<readonly Token[]>;

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
    this.#remote = remoteItems(() => client.call('tokens.list', {}));
  }

  get items(): readonly Token[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows the tokens until the answer is called. */
  open(): () => void {
    void this.load();
    return this.#feed.listen(this);
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  /** The answer holds the secret, which is in no other place: the caller must show it. */
  async create(input: Input<'tokens.create'>): Promise<Result<Output<'tokens.create'>>> {
    const answer = await this.#client.call('tokens.create', input);
    if (answer.ok) void this.load();
    return answer;
  }

  async revoke(id: string): Promise<Result<unknown>> {
    const answer = await this.#client.call('tokens.delete', { id });
    if (answer.ok) this.#remove(id);
    return answer;
  }

  changed(): void {
    // What others do to tokens shows at the next opening.
  }

  missed(): void {
    void this.load();
  }

  #remove(id: string): void {
    this.#remote.change((tokens) => tokens.filter((token) => token.id !== id));
  }
}
