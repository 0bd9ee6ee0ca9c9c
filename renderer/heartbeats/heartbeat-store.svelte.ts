import type { Heartbeat } from '../../main/contract/heartbeat.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';

const byName = (a: Heartbeat, b: Heartbeat): number => a.name.localeCompare(b.name);

/** All heartbeats, by name, while somebody looks at them. Pushed changes are applied in place. */
export class HeartbeatStore implements FeedListener {
  readonly #feed: LiveFeed;
  readonly #remote: Remote<readonly Heartbeat[]>;
  #search = $state('');

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#feed = feed;
    this.#remote = remoteItems(() => client.call('heartbeats.list', {}));
  }

  /** Null until the first answer. */
  get items(): readonly Heartbeat[] | null {
    return this.#remote.value;
  }

  /** Those that the search finds by name or host, the ones that are down first. */
  get shown(): readonly Heartbeat[] {
    const wanted = this.#search.toLowerCase();
    const found = (this.#remote.value ?? []).filter(({ name, host }) =>
      `${name}\n${host}`.toLowerCase().includes(wanted),
    );
    const isDown = ({ state }: Heartbeat): boolean => state === 'down';
    return [...found.filter(isDown), ...found.filter((heartbeat) => !isDown(heartbeat))];
  }

  get search(): string {
    return this.#search;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows the heartbeats until the answer is called. */
  open(): () => void {
    void this.load();
    return this.#feed.listen(this);
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  find(text: string): void {
    this.#search = text;
  }

  put(heartbeat: Heartbeat): void {
    this.#apply({ [heartbeat.id]: heartbeat });
  }

  remove(id: string): void {
    this.#apply({ [id]: null });
  }

  changed(changes: readonly Change[]): void {
    const pushed = changes.flatMap((change) =>
      change.entity === 'heartbeat' ? [[change.id, change.value] as const] : [],
    );
    if (pushed.length > 0) this.#apply(Object.fromEntries(pushed));
  }

  missed(): void {
    void this.load();
  }

  /** Takes the last word on each of some heartbeats, by id; null is that it is gone. */
  #apply(news: Readonly<Record<string, Heartbeat | null>>): void {
    const present = Object.values(news).filter((heartbeat) => heartbeat !== null);
    this.#remote.change((heartbeats) =>
      [...heartbeats.filter(({ id }) => !Object.hasOwn(news, id)), ...present].sort(byName),
    );
  }
}
