import type { Mapping, MappedWebhook, Preview } from '../../main/contract/mapped-webhook.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { WindowClient } from '../client/window-client.ts';
import { Submission } from '../ui/submission.svelte.ts';
import { textList } from '../ui/text-list.ts';
import { EXPRESSION_FIELDS, type ExpressionName } from './incoming-labels.ts';

const KNOWN = [
  'name',
  'slug',
  ...EXPRESSION_FIELDS.map(({ name }) => `mapping.${name}`),
  'mapping.resolvedWhen',
  'mapping.severities',
];

const PAIR = /^([^=]+)=\s*(\w+)$/;

/** `word = severity`, with commas between. What is no such pair is left to the host to refuse. */
function severitiesIn(text: string): Record<string, Severity> {
  const pairs = textList(text).map((pair) => {
    const [, from = pair, to = ''] = PAIR.exec(pair) ?? [];
    return [from.trim(), to as Severity] as const;
  });
  return Object.fromEntries(pairs);
}

/** The draft of a new or an existing mapped webhook, and what it makes of a body. */
export class MappingForm {
  readonly #client: WindowClient;
  readonly #webhook: MappedWebhook | null;
  readonly submission = new Submission();
  name = $state('');
  slug = $state('');
  resolvedWhen = $state('resolved, ok, up, success, false');
  severities = $state('');
  /** What the preview reads: the last body that came in, or one that is pasted. */
  body = $state('');
  readonly expressions = $state<Record<ExpressionName, string>>({
    each: '',
    host: '',
    kind: '',
    dedupKey: '',
    status: '',
    severity: '',
    message: '',
    labels: '',
    url: '',
  });
  #preview = $state.raw<Preview | null>(null);
  #refusal = $state<string | null>(null);
  #asked = 0;

  constructor(client: WindowClient, webhook: MappedWebhook | null) {
    this.#client = client;
    this.#webhook = webhook;
    if (!webhook) return;
    const { resolvedWhen, severities, ...expressions } = webhook.mapping;
    this.name = webhook.name;
    this.slug = webhook.slug;
    this.resolvedWhen = resolvedWhen.join(', ');
    this.severities = Object.entries(severities)
      .map(([from, to]) => `${from} = ${to}`)
      .join(', ');
    Object.assign(this.expressions, expressions);
  }

  /** What the body would become; null before the first answer. */
  get preview(): Preview | null {
    return this.#preview;
  }

  /** Why there is no preview, such as an expression that does not compile yet. */
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
    if (!this.#webhook) return;
    const answer = await this.#client.call('mappedWebhooks.sample', { id: this.#webhook.id });
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

  /** The saved webhook, or null when it was refused; the submission's problems then say why. */
  save(): Promise<MappedWebhook | null> {
    const { name, slug, mapping } = this;
    const id = this.#webhook?.id;
    return this.submission.send(
      () =>
        id === undefined
          ? this.#client.call('mappedWebhooks.create', { name, slug, mapping })
          : this.#client.call('mappedWebhooks.update', { id, name, slug, mapping }),
      KNOWN,
    );
  }
}
