import type { Result } from '../../main/contract/result.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Session } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** The windows that are signed in. Changes of them are not pushed: those of others show at the next opening. */
export class SessionStore extends FollowedList<Session> {
  readonly #client: WindowClient;

  constructor(client: WindowClient, feed: LiveFeed, clock: WindowClock) {
    const fetch = () => client.call('sessions.list', {});
    super({ feed, clock, fetch, concerns: () => false });
    this.#client = client;
  }

  async end(id: string): Promise<Result<unknown>> {
    const answer = await this.#client.call('sessions.end', { id });
    if (answer.ok) this.remove(id);
    return answer;
  }

  /** Ends all but this window's own. */
  async endOthers(): Promise<Result<Output<'sessions.endOthers'>>> {
    const answer = await this.#client.call('sessions.endOthers', {});
    if (answer.ok) {
      for (const { id } of this.items?.filter(({ current }) => !current) ?? []) this.remove(id);
    }
    return answer;
  }
}
