import type { Silence } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { WindowClock } from '../time/clock.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-moment.ts';
import { MatcherDrafts, matcherPaths } from '../ui/matcher-drafts.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const SILENCE_LENGTHS = [HOUR_MS, 4 * HOUR_MS, DAY_MS, 7 * DAY_MS].map((ms) => ({ ms }));

const FIELDS = [...matcherPaths('matchers'), 'comment', 'startsAt', 'endsAt'];

/** The draft of a new silence, or of one that has not expired. */
export class SilenceForm {
  readonly #client: WindowClient;
  readonly #clock: WindowClock;
  readonly #silence: Silence | null;
  readonly submission = new Submission();
  readonly matchers: MatcherDrafts;
  /** In milliseconds from its beginning on, or until a moment. */
  length = $state<number | 'custom'>(HOUR_MS);
  later = $state(false);
  startsAt = $state('');
  endsAt = $state('');
  comment = $state('');

  constructor(
    client: WindowClient,
    clock: WindowClock,
    silence: Silence | null,
    matchers: readonly string[],
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#silence = silence;
    this.matchers = new MatcherDrafts(silence?.matchers ?? matchers);
    const now = clock.now();
    this.startsAt = toLocalInput(now + HOUR_MS);
    this.endsAt = toLocalInput(silence?.endsAt ?? now + HOUR_MS);
    if (silence) this.length = 'custom';
    this.comment = silence?.comment ?? '';
  }

  get isNew(): boolean {
    return this.#silence === null;
  }

  /** The saved silence, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<Silence | null> {
    if (!this.matchers.check()) return null;
    if (this.matchers.texts.length === 0) {
      this.submission.refuse({
        matchers: 'must hold a matcher; to silence everything, pause deliveries instead',
      });
      return null;
    }
    const times = this.#times();
    return times && this.submission.send(() => this.#send(times), FIELDS);
  }

  #send(times: { startsAt?: number; endsAt: number }) {
    const common = { matchers: this.matchers.texts, comment: this.comment };
    const silence = this.#silence;
    if (!silence) return this.#client.call('silences.create', { ...common, ...times });
    // The input shows minutes; an end that nobody touched keeps its seconds.
    const isMoved = this.endsAt !== toLocalInput(silence.endsAt);
    const end = isMoved ? { endsAt: times.endsAt } : {};
    return this.#client.call('silences.update', { id: silence.id, ...common, ...end });
  }

  /** From when until when; null when that is no span of time yet to come, and then the problem is shown. */
  #times(): { startsAt?: number; endsAt: number } | null {
    const now = this.#clock.now();
    const start = this.later ? fromLocalInput(this.startsAt) : null;
    if (this.later && start === null) return this.#refuse('startsAt', 'must be a date and a time');
    const { length } = this;
    const end = length === 'custom' ? fromLocalInput(this.endsAt) : (start ?? now) + length;
    if (end === null) return this.#refuse('endsAt', 'must be a date and a time');
    if (end <= Math.max(now, start ?? 0)) {
      return this.#refuse(
        'endsAt',
        start === null ? 'must be later than now' : 'must be after its beginning',
      );
    }
    return { endsAt: end, ...(start !== null && { startsAt: start }) };
  }

  #refuse(field: string, problem: string): null {
    this.submission.refuse({ [field]: problem });
    return null;
  }
}
