import type { Channel, RateLimit } from '../../main/contract/channel.ts';
import type { Language } from '../../main/contract/language.ts';

type Delivery = Pick<
  Channel,
  'rateLimit' | 'fallbackChannelId' | 'autoRequeue' | 'resolveOnlyIfDelivered' | 'language'
>;

/** The contract's defaults, for a new channel. */
const FRESH: Delivery = {
  rateLimit: null,
  fallbackChannelId: null,
  autoRequeue: true,
  resolveOnlyIfDelivered: false,
  language: null,
};
const FIRST_LIMIT: RateLimit = { count: 30, perMs: 60_000 };

/** The delivery options of a channel while they are edited. */
export class DeliveryDraft {
  readonly #before: Delivery;
  limits = $state(false);
  count = $state(FIRST_LIMIT.count);
  perMs = $state(FIRST_LIMIT.perMs);
  /** Empty is none, as the select has it. */
  fallbackChannelId = $state('');
  autoRequeue = $state(FRESH.autoRequeue);
  resolveOnlyIfDelivered = $state(FRESH.resolveOnlyIfDelivered);
  /** Empty is that of the settings, as the select has it. */
  language = $state<Language | ''>('');

  constructor(channel: Channel | null) {
    const before = channel ?? FRESH;
    this.#before = before;
    this.limits = before.rateLimit !== null;
    this.count = before.rateLimit?.count ?? FIRST_LIMIT.count;
    this.perMs = before.rateLimit?.perMs ?? FIRST_LIMIT.perMs;
    this.fallbackChannelId = before.fallbackChannelId ?? '';
    this.autoRequeue = before.autoRequeue;
    this.resolveOnlyIfDelivered = before.resolveOnlyIfDelivered;
    this.language = before.language ?? '';
  }

  /** The changed options; those left out stay as they are. */
  get changes(): Partial<Delivery> {
    const { rateLimit, fallbackChannelId, autoRequeue, resolveOnlyIfDelivered, language } =
      this.#after;
    const before = this.#before;
    const isLimitKept =
      rateLimit?.count === before.rateLimit?.count && rateLimit?.perMs === before.rateLimit?.perMs;
    return {
      ...(!isLimitKept && { rateLimit }),
      ...(fallbackChannelId !== before.fallbackChannelId && { fallbackChannelId }),
      ...(autoRequeue !== before.autoRequeue && { autoRequeue }),
      ...(resolveOnlyIfDelivered !== before.resolveOnlyIfDelivered && { resolveOnlyIfDelivered }),
      ...(language !== before.language && { language }),
    };
  }

  get #after(): Delivery {
    return {
      rateLimit: this.limits ? { count: this.count, perMs: this.perMs } : null,
      fallbackChannelId: this.fallbackChannelId === '' ? null : this.fallbackChannelId,
      autoRequeue: this.autoRequeue,
      resolveOnlyIfDelivered: this.resolveOnlyIfDelivered,
      language: this.language === '' ? null : this.language,
    };
  }
}
