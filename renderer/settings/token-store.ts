import type { Result } from '../../main/contract/result.ts';
import type { Input, Output } from '../../main/contract/methods.ts';
import type { Token } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** The tokens, without their secrets. Changes of them are not pushed: those of others show at the next opening. */
export class TokenStore extends FollowedList<Token> {
  readonly #client: WindowClient;

  constructor(client: WindowClient, feed: LiveFeed, clock: WindowClock) {
    const fetch = () => client.call('tokens.list', {});
    super({ feed, clock, fetch, concerns: () => false });
    this.#client = client;
  }

  /** Returns the secret, which is stored nowhere: the caller must show it. */
  async create(input: Input<'tokens.create'>): Promise<Result<Output<'tokens.create'>>> {
    const answer = await this.#client.call('tokens.create', input);
    if (answer.ok) void this.load();
    return answer;
  }

  async revoke(id: string): Promise<Result<unknown>> {
    const answer = await this.#client.call('tokens.delete', { id });
    if (answer.ok) this.remove(id);
    return answer;
  }
}
