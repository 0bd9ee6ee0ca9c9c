import type { Channel, RetryInput, RetryPreset } from '../../main/contract/channel.ts';
import { channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import type { Input } from '../../main/contract/methods.ts';
import type { Result } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import { ConfigDraft } from './config-draft.svelte.ts';
import { DeliveryDraft } from './delivery-draft.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';

const SECOND_MS = 1_000;
const FIELDS = [
  'name',
  'retry.baseMs',
  'retry.capMs',
  'retry.maxAttempts',
  'rateLimit.count',
  'rateLimit.perMs',
  'fallbackChannelId',
];

/** `keep` leaves a channel's policy as it is; `custom` sends the numbers. */
export type RetryChoice = 'keep' | RetryPreset | 'custom';

/** The draft of a new or an existing channel. */
export class ChannelForm {
  readonly #client: WindowClient;
  readonly channel: Channel | null;
  readonly delivery: DeliveryDraft;
  readonly submission = new Submission();
  #kind = $state<ChannelKind>('webhook');
  /** What was entered for one kind is still there after a look at another. */
  readonly #configs: Readonly<Record<ChannelKind, ConfigDraft>>;
  name = $state('');
  retry = $state<RetryChoice>('default');
  baseSeconds = $state(60);
  capSeconds = $state(3_600);
  maxAttempts = $state(5);
  jitter = $state(true);

  constructor(client: WindowClient, channel: Channel | null) {
    this.#client = client;
    this.channel = channel;
    this.delivery = new DeliveryDraft(channel);
    this.#configs = Object.fromEntries(
      channelKind.options.map((kind) => [
        kind,
        new ConfigDraft(kind, kind === channel?.kind ? channel : null),
      ]),
    ) as Record<ChannelKind, ConfigDraft>;
    if (!channel) return;
    this.#kind = channel.kind;
    this.name = channel.name;
    this.retry = 'keep';
    this.baseSeconds = channel.retry.baseMs / SECOND_MS;
    this.capSeconds = channel.retry.capMs / SECOND_MS;
    this.maxAttempts = channel.retry.maxAttempts;
    this.jitter = channel.retry.jitter;
  }

  get kind(): ChannelKind {
    return this.#kind;
  }

  set kind(kind: ChannelKind) {
    this.#kind = kind;
    this.submission.refuse({});
  }

  get config(): ConfigDraft {
    return this.#configs[this.#kind];
  }

  /** The saved channel, or null when the host refused it; the submission's problems then say why. */
  save(): Promise<Channel | null> {
    const config = this.config.fields.map(({ name }) => `config.${name}`);
    return this.submission.send(() => this.#send(), [...FIELDS, ...config]);
  }

  #send(): Promise<Result<Channel>> {
    return this.channel
      ? this.#client.call('channels.update', this.#patch(this.channel))
      : this.#client.call('channels.create', this.#input());
  }

  #input(): Input<'channels.create'> {
    const retry = this.#retry();
    const common = { name: this.name, ...(retry && { retry }), ...this.delivery.changes };
    // The host checks each field by its kind's own rules, and says what it lacks.
    return { kind: this.kind, config: this.config.whole, ...common } as Input<'channels.create'>;
  }

  #patch({ id }: Channel): Input<'channels.update'> {
    const retry = this.#retry();
    const config = this.config.changes;
    return {
      id,
      name: this.name,
      ...(config && { config }),
      ...(retry && { retry }),
      ...this.delivery.changes,
    };
  }

  #retry(): RetryInput | null {
    if (this.retry === 'keep') return null;
    if (this.retry !== 'custom') return { preset: this.retry };
    return {
      baseMs: Math.round(this.baseSeconds * SECOND_MS),
      capMs: Math.round(this.capSeconds * SECOND_MS),
      maxAttempts: this.maxAttempts,
      jitter: this.jitter,
    };
  }
}
