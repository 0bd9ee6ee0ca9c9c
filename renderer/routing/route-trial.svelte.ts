import type { Alert } from '../../main/contract/alert.ts';
import { quoted, unquoted } from '../../main/contract/matcher.ts';
import type { Input, Output } from '../../main/contract/methods.ts';
import type { Change } from '../../main/contract/push.ts';
import { routePreviewInput } from '../../main/contract/route.ts';
import type { WindowClient } from '../client/window-client.ts';
import { severityField } from '../form/common-parts.ts';
import { type FormDescription, Draft } from '../form/draft.svelte.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';
import { text } from '../messages/text.svelte.ts';

/** The result of the tested alert at one route. */
export type Evaluated = Output<'routes.preview'>['routes'][number];

/** Labels as people type them: `name=value`, a line each. A value may be in quotes. Null when a line is none. */
export function readLabels(typed: string): Record<string, string> | null {
  const lines = typed.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', valueIn(pair?.[2] ?? '')]));
}

const valueIn = (typed: string): string => (/^".*"$/.test(typed) ? unquoted(typed) : typed);

/** Writes labels as `readLabels` reads them back. */
export const writeLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${/^\s|^"|\s$|\n/.test(value) ? quoted(value) : value}`)
    .join('\n');

const FORM: FormDescription = {
  schema: routePreviewInput,
  fresh: () => ({
    ...{ host: '', kind: '', severity: 'warning', source: '', dedupKey: '', labels: {} },
  }),
  parts: [
    {
      row: [
        { field: 'host', label: 'form.host', example: 'nas' },
        { field: 'kind', label: 'form.kind', example: 'backup_failed' },
        severityField('severity'),
        { field: 'source', label: 'form.source', example: 'api' },
        { field: 'dedupKey', label: 'alerts.facts.dedupKey' },
      ],
    },
    {
      field: 'labels',
      kind: 'multiline',
      label: 'form.labels',
      hint: 'routing.test.labelsHint',
      codec: { show: writeLabels, read: readLabels },
    },
  ],
  check: (draft): Record<string, string> =>
    draft.get('labels') === null ? { labels: text('routing.test.badLabels') } : {},
};

/** An alert that might come or that is there, and which channels it would notify. Asked again when routes or channels change. */
export class RouteTrial implements FeedListener {
  readonly #feed: LiveFeed;
  readonly #outcome: Remote<Output<'routes.preview'>>;
  #draft = $state.raw(new Draft(FORM, null));
  #alert = $state.raw<Alert | null>(null);
  #asked: Input<'routes.preview'> | null = null;

  constructor(client: WindowClient, feed: LiveFeed) {
    this.#feed = feed;
    this.#outcome = new Remote(() => client.call('routes.preview', this.#asked ?? {}));
  }

  get draft(): Draft {
    return this.#draft;
  }

  /** The alert that the form was filled with; null for none. */
  get alert(): Alert | null {
    return this.#alert;
  }

  /** Null before the first answer. */
  get outcome(): Output<'routes.preview'> | null {
    return this.#outcome.value;
  }

  /** Returns what became of the alert at a route; null before the first answer. */
  at(routeId: string): Evaluated | null {
    return this.#outcome.value?.routes.find((it) => it.routeId === routeId) ?? null;
  }

  /** Fills the form with an alert and asks. */
  take(alert: Alert): Promise<boolean> {
    const { host, kind, severity, source, dedupKey, labels } = alert;
    this.#alert = alert;
    this.#draft = new Draft(FORM, { host, kind, severity, source, dedupKey, labels });
    return this.ask();
  }

  /** Follows the feed until the answer is called. */
  open(): () => void {
    return this.#feed.listen(this);
  }

  /** Returns true if it was answered; else the draft shows what is wrong. */
  async ask(): Promise<boolean> {
    if (!this.draft.check()) return false;
    const { source, dedupKey, ...asked } = this.draft.sent as Input<'routes.preview'>;
    this.#asked = { ...asked, ...(source && { source }), ...(dedupKey && { dedupKey }) };
    await this.#outcome.load();
    const { failure } = this.#outcome;
    this.draft.submission.show(failure);
    return failure === null;
  }

  changed(changes: readonly Change[]): void {
    const concerned = changes.some(({ entity }) => entity === 'routes' || entity === 'channel');
    if (concerned) this.missed();
  }

  missed(): void {
    if (this.#asked) void this.#outcome.load();
  }
}
