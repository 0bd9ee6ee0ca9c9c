import {
  channelPatch,
  retryPreset,
  type Channel,
  type RetryPolicy,
} from '../../main/contract/channel.ts';
import { channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import type { ChannelTemplates, TemplateEvent } from '../../main/contract/channel-template.ts';
import type { TemplatePart } from '../../main/contract/template.ts';
import { LANGUAGES } from '../../main/contract/language.ts';
import type { Services } from '../app/services.ts';
import type { Collection, DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { nameField } from '../form/common-parts.ts';
import {
  chosen,
  type Choice,
  type FormDescription,
  type Draft,
  type Part,
} from '../form/draft.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import ConfigFields from './ConfigFields.svelte';
import TemplateFields from './TemplateFields.svelte';
import KindPicker from './KindPicker.svelte';
import { ConfigDraft } from './config-draft.svelte.ts';

const MINUTE_MS = 60_000;

/** Returns a retry policy in a few words. */
export const retryText = ({ baseMs, capMs, maxAttempts }: RetryPolicy): string =>
  text('channels.retry.policy', {
    count: maxAttempts,
    base: messages().duration(baseMs),
    cap: messages().duration(capMs),
  });

const formOf = (draft: Draft): ChannelForm => draft as ChannelForm;

/** `keep` leaves a channel's policy as it is; `custom` sends the numbers. */
const retryChoices = (draft: Draft): Choice[] => {
  const { item } = formOf(draft);
  return [
    ...(item
      ? [{ value: 'keep', label: text('channels.retry.keep', { policy: retryText(item.retry) }) }]
      : []),
    ...retryPreset.options.map((value) => ({
      value,
      label: text(`channels.retry.preset.${value}`),
    })),
    { value: 'custom', label: text('channels.retry.custom') },
  ];
};

const fallbackChoices = (draft: Draft): Choice[] => {
  const { item, others } = formOf(draft);
  const channels = others.filter(({ id }) => id !== item?.id);
  return [
    { value: null, label: text('common.none') },
    ...channels.map(({ id, name, enabled }) => ({
      value: id,
      label: enabled ? name : text('channels.delivery.disabledChannel', { name }),
    })),
  ];
};

const FORM: FormDescription = {
  schema: channelPatch.omit({ id: true, config: true }),
  fresh: () => ({
    kind: 'webhook',
    name: '',
    retry: {
      preset: 'default',
      baseMs: MINUTE_MS,
      capMs: 60 * MINUTE_MS,
      maxAttempts: 5,
      jitter: true,
    },
    fallbackChannelId: null,
    rateLimit: { count: 30, perMs: MINUTE_MS },
    autoRequeue: true,
    resolveOnlyIfDelivered: false,
    language: null,
    templates: {},
  }),
  parts: [
    {
      when: (draft) => formOf(draft).item === null,
      parts: [{ own: KindPicker }],
    },
    { ...nameField(), required: true },
    { own: ConfigFields },
    { own: TemplateFields },
    { fold: 'channels.advanced', parts: advanced() },
  ],
};

/** Returns the fields that have a default which most channels keep. */
function advanced(): readonly Part[] {
  return [
    {
      field: 'retry.preset',
      label: 'channels.retry.label',
      hint: 'channels.retry.hint',
      choices: retryChoices,
    },
    {
      when: chosen('retry.preset', 'custom'),
      parts: [
        { field: 'retry.baseMs', label: 'channels.retry.firstWait' },
        { field: 'retry.capMs', label: 'channels.retry.longestWait' },
        { field: 'retry.maxAttempts', label: 'channels.retry.attempts', short: true },
        { field: 'retry.jitter', label: 'channels.retry.jitter' },
      ],
    },
    {
      field: 'fallbackChannelId',
      kind: 'select',
      label: 'channels.delivery.fallback',
      hint: 'channels.delivery.fallbackHint',
      choices: fallbackChoices,
    },
    {
      group: 'rateLimit',
      label: 'channels.delivery.limit',
      hint: 'channels.delivery.limitHint',
      parts: [
        {
          row: [
            { field: 'rateLimit.count', label: 'channels.delivery.limitCount' },
            { field: 'rateLimit.perMs', label: 'channels.delivery.limitWindow' },
          ],
        },
      ],
    },
    {
      field: 'autoRequeue',
      label: 'channels.delivery.option.autoRequeue',
      hint: 'channels.delivery.optionHint.autoRequeue',
    },
    {
      field: 'resolveOnlyIfDelivered',
      label: 'channels.delivery.option.resolveOnlyIfDelivered',
      hint: 'channels.delivery.optionHint.resolveOnlyIfDelivered',
    },
    {
      field: 'language',
      label: 'channels.language',
      choices: () => [
        { value: null, label: text('channels.language.settings') },
        ...LANGUAGES.map((value) => ({ value, label: text(`common.language.${value}`) })),
      ],
    },
  ];
}

/** The draft of a channel. What nobody touched is not sent. */
export class ChannelForm extends ItemForm<Channel, DraftOf<'channels'>> {
  readonly #channels: Collection<Channel>;
  /** A draft for each kind, so that nothing entered is lost by a look at another. */
  readonly #configs: Readonly<Record<ChannelKind, ConfigDraft>>;
  readonly #before: Readonly<Record<string, unknown>>;

  constructor({ channels }: Services, channel: Channel | null) {
    super(channels, channel, FORM);
    this.#channels = channels;
    this.#configs = Object.fromEntries(
      channelKind.options.map((kind) => [
        kind,
        new ConfigDraft(kind, kind === channel?.kind ? channel : null),
      ]),
    ) as Record<ChannelKind, ConfigDraft>;
    if (channel) this.set('retry.preset', 'keep');
    this.#before = super.sent;
  }

  get kind(): ChannelKind {
    return this.get('kind');
  }

  /** Chooses the kind of a new channel; what was entered for another one is kept. */
  choose(kind: ChannelKind): void {
    this.set('kind', kind);
    this.submission.refuse({});
  }

  get config(): ConfigDraft {
    return this.#configs[this.kind];
  }

  /** The templates as they are typed, without empty ones. */
  get templates(): ChannelTemplates {
    return $state.snapshot(this.get<ChannelTemplates>('templates'));
  }

  /** Enters a template; an empty text stands for none. */
  enterTemplate(event: TemplateEvent, part: TemplatePart, source: string): void {
    const { [event]: before, ...others } = this.templates;
    const { [part]: _, ...rest } = before ?? {};
    const after = source === '' ? rest : { ...rest, [part]: source };
    const isEmpty = Object.keys(after).length === 0;
    this.set('templates', isEmpty ? others : { ...others, [event]: after });
  }

  /** All channels, as far as they are loaded. */
  get others(): readonly Channel[] {
    return this.#channels.items ?? [];
  }

  override get entered(): string {
    return super.entered + JSON.stringify(this.config.whole);
  }

  override get sent() {
    const { name, retry, ...options } = super.sent;
    const changed = Object.entries({ ...options, templates: this.templates }).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(this.#before[field]),
    );
    const { preset, ...numbers } = retry as RetryPolicy & { preset: string };
    const policy = preset === 'custom' ? numbers : preset !== 'keep' && { preset };
    const config = this.item ? this.config.changes : this.config.whole;
    // The host checks each field by its kind's own rules, and says what it lacks.
    return {
      ...(!this.item && { kind: this.kind }),
      ...(config && { config }),
      name,
      ...(policy && { retry: policy }),
      ...Object.fromEntries(changed),
    };
  }
}
