import {
  mappedWebhookInput,
  type MappedWebhook,
  type Mapping,
  type Preview,
} from '../../main/contract/mapped-webhook.ts';
import { MAPPING_PRESETS, mappingPreset } from '../../main/contract/mapping-presets.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Services } from '../app/services.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { nameField } from '../form/common-parts.ts';
import type { Draft, FieldPart, FormDescription, TextCodec } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { textList } from '../ui/text-list.ts';
import MappingCommand from './MappingCommand.svelte';
import MappingIntro from './MappingIntro.svelte';
import MappingPreview from './MappingPreview.svelte';

type ExpressionName = Exclude<keyof Mapping, 'resolvedWhen' | 'severities'>;

const expression = (
  name: ExpressionName,
  { example }: Required<Pick<FieldPart, 'example'>>,
): FieldPart => ({
  field: `mapping.${name}`,
  kind: 'code',
  label: () => text(`incoming.mapping.field.${name}`),
  hint: () => text(`incoming.mapping.fieldHint.${name}`),
  example,
});

const PAIR = /^([^=]+)=\s*(\w+)$/;

/** `word = severity` pairs with commas. What is no such pair is left to the host to refuse. */
const severities: TextCodec = {
  show: (pairs: Readonly<Record<string, Severity>>) =>
    Object.entries(pairs)
      .map(([from, to]) => `${from} = ${to}`)
      .join(', '),
  read: (typed) =>
    Object.fromEntries(
      textList(typed).map((pair) => {
        const [, from = pair, to = ''] = PAIR.exec(pair) ?? [];
        return [from.trim(), to];
      }),
    ),
};

/** Fills in a preset; a name and a slug that were typed stay. */
function fillIn(draft: Draft, chosen: string): void {
  const preset = mappingPreset.safeParse(chosen).data;
  if (preset === undefined) return;
  const { name, slug, mapping } = MAPPING_PRESETS[preset];
  if (draft.get('name') === '') draft.set('name', name);
  if (draft.get('slug') === '') draft.set('slug', slug);
  draft.set('mapping', structuredClone(mapping));
}

/** The choice of a preset, which is no part of what is sent. */
const PRESET: FieldPart = {
  field: 'preset',
  kind: 'select',
  label: 'incoming.mapped.preset',
  hint: 'incoming.mapped.presetHint',
  choices: () => [
    { value: '', label: text('incoming.mapped.noPreset') },
    ...mappingPreset.options.map((value) => ({
      value,
      label: MAPPING_PRESETS[value].name,
      isName: true as const,
    })),
  ],
  chosen: fillIn,
};

const FORM: FormDescription = {
  schema: mappedWebhookInput,
  fresh: () => ({
    name: '',
    slug: '',
    body: '',
    preset: '',
    mapping: {
      ...Object.fromEntries(
        Object.keys(mappedWebhookInput.shape.mapping.shape).map((name) => [name, '']),
      ),
      resolvedWhen: ['resolved', 'ok', 'up', 'success', 'false'],
      severities: {},
    },
  }),
  parts: [
    { when: (draft) => draft instanceof MappingForm && draft.item === null, parts: [PRESET] },
    nameField('incoming.mapped.sampleName'),
    {
      field: 'slug',
      kind: 'code',
      label: 'incoming.mapped.slug',
      hint: 'incoming.mapped.slugHint',
      example: 'disk-health',
      input: { maxlength: 64 },
    },
    { own: MappingCommand },
    {
      field: 'body',
      kind: 'multiline',
      label: 'incoming.mapped.body',
      hint: 'incoming.mapped.bodyHint',
      example: '{"device": {"name": "nas"}, "state": "failed"}',
      rows: 6,
    },
    { own: MappingIntro },
    expression('host', { example: 'device.name' }),
    expression('kind', { example: '"disk_" & check' }),
    expression('message', { example: 'title & ": " & text' }),
    expression('status', { example: 'state' }),
    {
      field: 'mapping.resolvedWhen',
      label: 'incoming.mapping.resolvedWhen',
      hint: 'incoming.mapping.resolvedWhenHint',
    },
    expression('severity', { example: 'level' }),
    {
      field: 'mapping.severities',
      kind: 'list',
      codec: severities,
      label: 'incoming.mapping.severities',
      hint: 'incoming.mapping.severitiesHint',
      example: 'panic = critical, notice = info',
    },
    expression('dedupKey', { example: 'serial' }),
    expression('labels', { example: '{"disk": serial}' }),
    expression('url', { example: 'link' }),
    expression('each', { example: 'alerts' }),
    { own: MappingPreview },
  ],
};

/** The draft of a mapped webhook, and what it makes of a body: the last one received, or one that is pasted. */
export class MappingForm extends ItemForm<MappedWebhook, DraftOf<'mappedWebhooks'>> {
  readonly #client: WindowClient;
  #preview = $state.raw<Preview | null>(null);
  #refusal = $state<string | null>(null);
  #asked = 0;

  constructor({ client, mappedWebhooks }: Services, webhook: MappedWebhook | null) {
    super(mappedWebhooks, webhook, FORM);
    this.#client = client;
  }

  /** The alerts that the body would raise; null before the first answer. */
  get preview(): Preview | null {
    return this.#preview;
  }

  /** The reason that there is no preview, such as an expression that does not compile yet. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** The body is only tried out. */
  override get entered(): string {
    return JSON.stringify(this.sent);
  }

  /** Fetches the last body that came in, unless one was typed meanwhile. */
  async loadSample(): Promise<void> {
    if (!this.item) return;
    const answer = await this.#client.call('mappedWebhooks.sample', { id: this.item.id });
    if (answer.ok && this.get('body') === '') this.set('body', answer.value.body);
  }

  /** Asks the host what it makes of the body, unless there is too little to ask; the newest question wins. */
  async look(): Promise<void> {
    const { mapping } = this.sent as { mapping: Mapping };
    const body = this.get<string>('body');
    if (body === '' || mapping.host === '' || mapping.kind === '') return;
    const asked = ++this.#asked;
    const answer = await this.#client.call('mappedWebhooks.preview', { mapping, body });
    if (asked !== this.#asked) return;
    this.#preview = answer.ok ? answer.value : null;
    this.#refusal = answer.ok ? null : answer.error.message;
  }
}
