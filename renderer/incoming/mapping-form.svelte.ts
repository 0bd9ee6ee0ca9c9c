import type { Input } from '../../main/contract/methods.ts';
import type { Mapping, MappedWebhook, Preview } from '../../main/contract/mapped-webhook.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Services } from '../app/services.ts';
import type { WindowClient } from '../client/window-client.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { textList } from '../ui/text-list.ts';

type ExpressionName = Exclude<keyof Mapping, 'resolvedWhen' | 'severities'>;

interface Expression {
  readonly name: ExpressionName;
  readonly placeholder: string;
  readonly required?: true;
}

/** The fields of a mapping that are expressions, in the order of the form. */
export const EXPRESSIONS: readonly Expression[] = [
  { name: 'host', placeholder: 'device.name  or  "nas"', required: true },
  { name: 'kind', placeholder: '"disk_" & check', required: true },
  { name: 'message', placeholder: 'title & ": " & text' },
  { name: 'status', placeholder: 'state' },
  { name: 'severity', placeholder: 'level' },
  { name: 'dedupKey', placeholder: 'serial' },
  { name: 'labels', placeholder: '{"disk": serial}' },
  { name: 'url', placeholder: 'link' },
  { name: 'each', placeholder: 'alerts' },
];

/** Returns a shell command that sends a body to a mapped webhook. `url` has no slash at its end. */
export const mappedCurl = (url: string, slug: string): string =>
  [
    `curl -sS --fail-with-body '${url}/ingest/mapped/${slug}' \\`,
    `  -H 'Authorization: Bearer bf_your-token' \\`,
    `  -H 'Content-Type: application/json' -d @body.json`,
  ].join('\n');

const PAIR = /^([^=]+)=\s*(\w+)$/;

/** Reads `word = severity` pairs, separated by commas. What is no such pair is left to the host to refuse. */
function severitiesIn(text: string): Record<string, Severity> {
  const pairs = textList(text).map((pair) => {
    const [, from = pair, to = ''] = PAIR.exec(pair) ?? [];
    return [from.trim(), to as Severity] as const;
  });
  return Object.fromEntries(pairs);
}

type MappingDraft = Input<'mappedWebhooks.create'>;

/** The draft of a mapped webhook, and what it makes of a body. */
export class MappingForm extends ItemForm<MappedWebhook, MappingDraft> {
  readonly #client: WindowClient;
  slug = $state('');
  resolvedWhen = $state('resolved, ok, up, success, false');
  severities = $state('');
  /** The body for the preview: the last one received, or one that is pasted. */
  body = $state('');
  readonly expressions = $state(
    Object.fromEntries(EXPRESSIONS.map(({ name }) => [name, ''])) as Record<ExpressionName, string>,
  );
  #preview = $state.raw<Preview | null>(null);
  #refusal = $state<string | null>(null);
  #asked = 0;

  constructor({ client, mappedWebhooks }: Services, webhook: MappedWebhook | null) {
    super(mappedWebhooks, webhook);
    this.#client = client;
    if (!webhook) return;
    const { resolvedWhen, severities, ...expressions } = webhook.mapping;
    this.slug = webhook.slug;
    this.resolvedWhen = resolvedWhen.join(', ');
    this.severities = Object.entries(severities)
      .map(([from, to]) => `${from} = ${to}`)
      .join(', ');
    Object.assign(this.expressions, expressions);
  }

  /** The alerts that the body would raise; null before the first answer. */
  get preview(): Preview | null {
    return this.#preview;
  }

  /** The reason that there is no preview, such as an expression that does not compile yet. */
  get refusal(): string | null {
    return this.#refusal;
  }

  get mapping(): Mapping {
    return {
      ...this.expressions,
      resolvedWhen: textList(this.resolvedWhen),
      severities: severitiesIn(this.severities),
    };
  }

  /** Fetches the last body that came in, unless one was typed meanwhile. */
  async loadSample(): Promise<void> {
    if (!this.item) return;
    const answer = await this.#client.call('mappedWebhooks.sample', { id: this.item.id });
    if (answer.ok && this.body === '') this.body = answer.value.body;
  }

  /** Asks the host what it makes of the body; the newest question wins. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    const { mapping, body } = this;
    const answer = await this.#client.call('mappedWebhooks.preview', { mapping, body });
    if (asked !== this.#asked) return;
    this.#preview = answer.ok ? answer.value : null;
    this.#refusal = answer.ok ? null : answer.error.message;
  }

  protected draft(): MappingDraft {
    const { name, slug, mapping } = this;
    return { name, slug, mapping };
  }
}
