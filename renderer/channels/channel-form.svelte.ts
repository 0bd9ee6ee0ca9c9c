import type { Channel, ChannelKind, RetryInput, RetryPreset } from '../../main/contract/channel.ts';
import type { Input } from '../../main/contract/methods.ts';
import type { Result } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import { DeliveryDraft } from './delivery-draft.svelte.ts';
import { NO_PROBLEMS, problemsOf, type FormProblems } from '../ui/field-problems.ts';

const SECOND_MS = 1_000;
const FIELDS = [
  'name',
  'config.url',
  'config.secret',
  'retry.baseMs',
  'retry.capMs',
  'retry.maxAttempts',
  'rateLimit.count',
  'rateLimit.perMs',
  'fallbackChannelId',
];

/** `keep` leaves a channel's policy as it is; `custom` sends the numbers. */
export type RetryChoice = 'keep' | RetryPreset | 'custom';

/**
 * The draft of a new or an existing channel. URL and secret are write-only: an existing channel's
 * draft begins with them empty, and what stays empty is kept.
 */
export class ChannelForm {
  readonly #client: WindowClient;
  readonly channel: Channel | null;
  readonly delivery: DeliveryDraft;
  kind = $state<ChannelKind>('webhook');
  name = $state('');
  url = $state('');
  secret = $state('');
  removeSecret = $state(false);
  retry = $state<RetryChoice>('default');
  baseSeconds = $state(60);
  capSeconds = $state(3_600);
  maxAttempts = $state(5);
  jitter = $state(true);
  #problems = $state.raw<FormProblems>(NO_PROBLEMS);
  #saving = $state(false);

  constructor(client: WindowClient, channel: Channel | null) {
    this.#client = client;
    this.channel = channel;
    this.delivery = new DeliveryDraft(channel);
    if (!channel) return;
    this.kind = channel.kind;
    this.name = channel.name;
    this.retry = 'keep';
    this.baseSeconds = channel.retry.baseMs / SECOND_MS;
    this.capSeconds = channel.retry.capMs / SECOND_MS;
    this.maxAttempts = channel.retry.maxAttempts;
    this.jitter = channel.retry.jitter;
  }

  get problems(): FormProblems {
    return this.#problems;
  }

  get saving(): boolean {
    return this.#saving;
  }

  get hasSecret(): boolean {
    return this.channel?.configured.includes('secret') ?? false;
  }

  /** The saved channel, or null when the host refused it; `problems` then say why. */
  async save(): Promise<Channel | null> {
    if (this.#saving) return null;
    this.#saving = true;
    const answer = await this.#send();
    this.#saving = false;
    this.#problems = answer.ok ? NO_PROBLEMS : problemsOf(answer.error, FIELDS);
    return answer.ok ? answer.value : null;
  }

  #send(): Promise<Result<Channel>> {
    return this.channel
      ? this.#client.call('channels.update', this.#patch(this.channel))
      : this.#client.call('channels.create', this.#input());
  }

  #input(): Input<'channels.create'> {
    const retry = this.#retry();
    const common = { name: this.name, ...(retry && { retry }), ...this.delivery.changes };
    if (this.kind === 'desktop') return { kind: 'desktop', config: {}, ...common };
    const { url, secret } = this;
    return { kind: 'webhook', config: { url, ...(secret !== '' && { secret }) }, ...common };
  }

  #patch({ id, kind }: Channel): Input<'channels.update'> {
    const retry = this.#retry();
    const config = {
      ...(this.url !== '' && { url: this.url }),
      ...(this.secret !== '' && { secret: this.secret }),
      ...(this.removeSecret && { secret: null }),
    };
    const changed = kind === 'webhook' && Object.keys(config).length > 0;
    return {
      id,
      name: this.name,
      ...(changed && { config }),
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
