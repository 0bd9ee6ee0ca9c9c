import type { Channel } from '../../main/contract/channel.ts';
import type { Change } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import type { BrowserMemory } from '../app/browser-memory.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';

const KEY = 'belfry.hideFirstSteps';

export interface Progress {
  readonly received: boolean;
  readonly delivered: boolean;
}

export interface FirstStepsOptions extends FollowSource {
  readonly channels: { readonly items: readonly Channel[] | null };
  readonly memory: BrowserMemory;
}

/**
 * The steps of a new Belfry: a sender, a channel, a notification that arrives. Once shown they stay until
 * somebody closes them, so that their success is seen too. A browser remembers that they are over, since
 * retention removes what shows it.
 */
export class FirstSteps extends FollowedValue<Progress> {
  readonly #options: FirstStepsOptions;
  #over = $state(false);
  #begun = $state(false);

  constructor(options: FirstStepsOptions) {
    const { client, feed, clock } = options;
    const fetch = async () => {
      const [alerts, sent] = await Promise.all([
        client.call('alerts.list', { limit: 1 }),
        client.call('notifications.list', { status: ['sent'], per_page: 1 }),
      ]);
      if (!alerts.ok) return alerts;
      if (!sent.ok) return sent;
      const received = alerts.value.items.length > 0;
      return ok({ received, delivered: sent.value.data.length > 0 });
    };
    super({ feed, clock, intervalMs: 1_000 }, new Remote<Progress>(fetch));
    this.#options = options;
    this.#over = options.memory.get(KEY) !== null;
  }

  /** True while the steps are to be seen. */
  get shown(): boolean {
    return !this.#over && this.value !== null && this.#begun;
  }

  /** The enabled channels, whose notifications can arrive. */
  get channels(): readonly Channel[] {
    return (this.#options.channels.items ?? []).filter(({ enabled }) => enabled);
  }

  get done(): boolean {
    return this.value?.received === true && this.value.delivered && this.channels.length > 0;
  }

  /** Loads and follows until the returned function is called, unless the steps are over. */
  open(): () => void {
    if (this.#over) return () => undefined;
    void this.load();
    return this.follow();
  }

  override async load(): Promise<void> {
    await super.load();
    if (this.value === null) return;
    if (!this.done) this.#begun = true;
    else if (!this.#begun) this.close();
  }

  /** Ends them, for this browser for good. */
  close(): void {
    this.#over = true;
    this.#options.memory.set(KEY, '1');
  }

  protected override isStale({ entity }: Change): boolean {
    if (entity === 'alert') return this.value?.received === false;
    return entity === 'notification' && this.value?.delivered === false;
  }
}
