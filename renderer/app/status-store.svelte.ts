import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { Status } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';

/** Counts and facts for navigation, badge and banners. */
export class StatusStore implements FeedListener {
  readonly #remote: Remote<Status>;
  #firstVersion: string | null = null;

  constructor(client: WindowClient) {
    this.#remote = new Remote(async () => {
      const answer = await client.call('system.status', {});
      if (answer.ok) this.#firstVersion ??= answer.value.version;
      return answer;
    });
  }

  get value(): Status | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  get dead(): number {
    return this.#remote.value?.notifications.dead ?? 0;
  }

  /** True once the host was updated while this window stayed open, so that the two may differ. */
  get outdated(): boolean {
    const version = this.#remote.value?.version;
    return version !== undefined && this.#firstVersion !== null && version !== this.#firstVersion;
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  set(status: Status): void {
    this.#remote.set(status);
  }

  changed(changes: readonly Change[]): void {
    for (const change of changes) if (change.entity === 'status') this.#remote.set(change.value);
  }

  missed(): void {
    void this.load();
  }

  /** A refused connection does not say why; a request does, and ends the session if it has ended there. */
  lost(): void {
    void this.load();
  }
}
