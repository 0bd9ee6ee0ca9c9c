import type { Change } from '../../main/contract/push.ts';
import type { Status } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';

/** Counts and facts for navigation, badge and banners. */
export class StatusStore extends Remote<Status> implements FeedListener {
  #firstVersion: string | null = null;

  constructor(client: WindowClient) {
    super(async () => {
      const answer = await client.call('system.status', {});
      if (answer.ok) this.#firstVersion ??= answer.value.version;
      return answer;
    });
  }

  get dead(): number {
    return this.value?.notifications.dead ?? 0;
  }

  /** True once the host was updated while this window stayed open, so that the two may differ. */
  get outdated(): boolean {
    const version = this.value?.version;
    return version !== undefined && this.#firstVersion !== null && version !== this.#firstVersion;
  }

  /** Takes the status that the host has answered already; asks for it without one. */
  begin(status: Status | null): void {
    if (status === null) return void this.load();
    this.#firstVersion ??= status.version;
    this.set(status);
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) if (change.entity === 'status') this.set(change.value);
  }

  missed(): void {
    void this.load();
  }

  /** A refused connection does not say why; a request does, and ends the session if it has ended there. */
  lost(): void {
    void this.load();
  }
}
