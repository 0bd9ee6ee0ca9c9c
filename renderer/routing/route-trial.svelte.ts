import type { Input, Output } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Change } from '../../main/contract/push.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';

export type Target = Output<'routes.preview'>['targets'][number];

/** Labels as people type them: `name=value`, a line each. Null when a line is none. */
export function readLabels(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** An alert that might come, and who would be told of it. Asked again when routes or channels change. */
export class RouteTrial implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly submission = new Submission();
  host = $state('');
  kind = $state('');
  source = $state('');
  severity = $state<Severity>('warning');
  labels = $state('');
  #asked: Input<'routes.preview'> | null = null;
  #targets = $state.raw<readonly Target[] | null>(null);

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#client = client;
    this.#feed = feed;
  }

  /** Null before the first answer. */
  get targets(): readonly Target[] | null {
    return this.#targets;
  }

  /** Follows the feed until the answer is called. */
  open(): () => void {
    return this.#feed.listen(this);
  }

  async ask(): Promise<void> {
    const labels = readLabels(this.labels);
    if (labels === null) {
      this.submission.refuse({ labels: 'must be name=value, one on each line' });
      return;
    }
    const { host, kind, severity, source } = this;
    this.#asked = { host, kind, severity, labels, ...(source !== '' && { source }) };
    await this.#ask(this.#asked);
  }

  changed(changes: readonly Change[]): void {
    const concerned = changes.some(({ entity }) => entity === 'routes' || entity === 'channel');
    if (concerned) this.missed();
  }

  missed(): void {
    if (this.#asked) void this.#ask(this.#asked);
  }

  async #ask(input: Input<'routes.preview'>): Promise<void> {
    const answer = await this.submission.send(
      () => this.#client.call('routes.preview', input),
      ['labels'],
    );
    if (answer) this.#targets = answer.targets;
  }
}
