import type { Alert } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import { parseMatcher } from '../../main/contract/matcher.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import { formatSearch } from '../../main/contract/search.ts';
import { Followed, type FollowSource } from '../live/followed.ts';
import { PendingRequests } from '../live/pending-requests.ts';
import type { WindowClient } from '../client/window-client.ts';

/** Alerts that are shown; the others are only counted. */
const SHOWN_MAX = 100;

/** Returns matchers as a search; null while there is none, or one that cannot be read. */
export function searchOf(texts: readonly string[]): string | null {
  const matchers = texts.map((text) => parseMatcher(text));
  if (matchers.length === 0 || matchers.includes(null)) return null;
  return formatSearch({ words: [], matchers: matchers.filter((it) => it !== null) });
}

/** The alerts that are not closed and that matchers match now. */
export interface Covered {
  readonly items: readonly Alert[];
  /** Includes the alerts that are not shown. */
  readonly total: number;
}

/** How far a silence reaches beyond the alerts that it was begun for, and how many of those it leaves out. */
export interface Reach {
  readonly beyond: number;
  readonly missed: number;
}

/** Follows the alerts that a silence would cover, while its matchers are typed. What was found stays until it is found again. */
export class CoveredAlerts extends Followed {
  readonly #client: WindowClient;
  readonly #texts: () => readonly string[];
  readonly #requests = new PendingRequests<never>();
  #found = $state.raw<Covered | null>(null);
  #failure = $state.raw<Failure | null>(null);
  readonly #search = $derived.by(() => searchOf(this.#texts()));

  constructor({ client, ...follow }: FollowSource, texts: () => readonly string[]) {
    super({ ...follow, intervalMs: 250 });
    this.#client = client;
    this.#texts = texts;
  }

  /** Null while nothing can be found. */
  get found(): Covered | null {
    return this.#search === null || this.isTooLong ? null : this.#found;
  }

  get failure(): Failure | null {
    return this.found === null && !this.isTooLong ? this.#failure : null;
  }

  /** The matchers are longer than a search may be. */
  get isTooLong(): boolean {
    return (this.#search?.length ?? 0) > LIMITS.searchCharsMax;
  }

  /** The matchers as a search; null while there is none, or one that cannot be read. */
  get search(): string | null {
    return this.#search;
  }

  async load(): Promise<void> {
    const q = this.#search;
    if (q === null || this.isTooLong) {
      this.#requests.drop();
      return;
    }
    const request = this.#requests.begin();
    const answer = await this.#client.call('alerts.list', {
      q,
      state: ['open', 'acknowledged'],
      limit: SHOWN_MAX,
    });
    if (!this.#requests.answered(request)) return;
    this.#failure = answer.ok ? null : answer.error;
    this.#found = answer.ok ? { items: answer.value.items, total: answer.value.total } : null;
  }

  changed(changes: readonly Change[]): void {
    if (changes.some(({ entity }) => entity === 'alert')) this.reload();
  }
}

/** Compares what is covered with what was selected; null where not all that is covered is known. */
export function reachOf({ items, total }: Covered, selected: ReadonlySet<string>): Reach | null {
  if (items.length < total) return null;
  const within = items.filter(({ id }) => selected.has(id)).length;
  return { beyond: total - within, missed: selected.size - within };
}
