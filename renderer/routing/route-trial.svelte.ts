import type { Input, Output } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Change } from '../../main/contract/push.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { NO_PROBLEMS, problemsOf, type FormProblems } from '../ui/field-problems.ts';

type Target = Output<'routes.preview'>['targets'][number];

/** Labels as people type them: `name=value`, a line each. Null when a line is none. */
export function readLabels(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** An alert that might come, and which channels it would notify. Asked again when routes or channels change. */
export class RouteTrial implements FeedListener {
  readonly #feed: LiveFeed;
  readonly #outcome: Remote<Output<'routes.preview'>>;
  host = $state('');
  kind = $state('');
  source = $state('');
  severity = $state<Severity>('warning');
  labels = $state('');
  #isReadable = $state(true);
  #asked: Input<'routes.preview'> | null = null;

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#feed = feed;
    this.#outcome = new Remote(() => client.call('routes.preview', this.#asked ?? {}));
  }

  /** Null before the first answer. */
  get targets(): readonly Target[] | null {
    return this.#outcome.value?.targets ?? null;
  }

  get problems(): FormProblems {
    if (!this.#isReadable) {
      return { fields: { labels: text('routing.test.badLabels') }, general: null };
    }
    const { failure } = this.#outcome;
    return failure ? problemsOf(failure, ['labels']) : NO_PROBLEMS;
  }

  /** Follows the feed until the answer is called. */
  open(): () => void {
    return this.#feed.listen(this);
  }

  async ask(): Promise<void> {
    const labels = readLabels(this.labels);
    this.#isReadable = labels !== null;
    if (labels === null) return;
    const { host, kind, severity, source } = this;
    this.#asked = { host, kind, severity, labels, ...(source !== '' && { source }) };
    await this.#outcome.load();
  }

  changed(changes: readonly Change[]): void {
    const concerned = changes.some(({ entity }) => entity === 'routes' || entity === 'channel');
    if (concerned) this.missed();
  }

  missed(): void {
    if (this.#asked) void this.#outcome.load();
  }
}
