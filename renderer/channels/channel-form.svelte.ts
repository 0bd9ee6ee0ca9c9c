import type { Channel, RetryInput, RetryPolicy, RetryPreset } from '../../main/contract/channel.ts';
import { channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import type { Services } from '../app/services.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { ConfigDraft } from './config-draft.svelte.ts';
import { DeliveryDraft } from './delivery-draft.svelte.ts';

const MINUTE_MS = 60_000;

/** `keep` leaves a channel's policy as it is; `custom` sends the numbers. */
export type RetryChoice = 'keep' | RetryPreset | 'custom';

/** The draft of a channel. */
export class ChannelForm extends ItemForm<Channel, DraftOf<'channels'>> {
  readonly delivery: DeliveryDraft;
  #kind = $state<ChannelKind>('webhook');
  /** A draft for each kind, so that nothing entered is lost by a look at another. */
  readonly #configs: Readonly<Record<ChannelKind, ConfigDraft>>;
  retry = $state<RetryChoice>('default');
  baseMs = $state(MINUTE_MS);
  capMs = $state(60 * MINUTE_MS);
  maxAttempts = $state(5);
  jitter = $state(true);

  constructor({ channels }: Services, channel: Channel | null) {
    super(channels, channel);
    this.delivery = new DeliveryDraft(channel);
    this.#configs = Object.fromEntries(
      channelKind.options.map((kind) => [
        kind,
        new ConfigDraft(kind, kind === channel?.kind ? channel : null),
      ]),
    ) as Record<ChannelKind, ConfigDraft>;
    if (!channel) return;
    this.#kind = channel.kind;
    this.retry = 'keep';
    Object.assign(this, channel.retry);
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

  protected draft(): DraftOf<'channels'> {
    const { name, kind } = this;
    const retry = this.#retry();
    const common = { name, ...(retry && { retry }), ...this.delivery.changes };
    const config = this.item ? this.config.changes : this.config.whole;
    // The host checks each field by its kind's own rules, and says what it lacks.
    return { ...(!this.item && { kind }), ...(config && { config }), ...common };
  }

  #retry(): RetryInput | null {
    const { retry, baseMs, capMs, maxAttempts, jitter } = this;
    if (retry === 'keep') return null;
    return retry === 'custom' ? { baseMs, capMs, maxAttempts, jitter } : { preset: retry };
  }
}

/** Returns a retry policy in a few words. */
export const retryText = ({ baseMs, capMs, maxAttempts }: RetryPolicy): string =>
  text('channels.retry.policy', {
    count: maxAttempts,
    base: messages().duration(baseMs),
    cap: messages().duration(capMs),
  });
