import type { Silence } from '../../main/contract/suppression.ts';
import type { Services } from '../app/services.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-moment.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const SILENCE_LENGTHS = [HOUR_MS, 4 * HOUR_MS, DAY_MS, 7 * DAY_MS].map((ms) => ({ ms }));

/** The draft of a new silence, or of one that has not expired. */
export class SilenceForm extends ItemForm<Silence, DraftOf<'silences'>> {
  readonly #clock: WindowClock;
  readonly matchers: MatcherDrafts;
  /** In milliseconds from its start, or until a moment. */
  length = $state<number | 'custom'>(HOUR_MS);
  later = $state(false);
  startsAt = $state('');
  endsAt = $state('');
  comment = $state('');

  constructor({ clock, silences }: Services, edited: Silence | null, matchers: readonly string[]) {
    super(silences, edited);
    this.#clock = clock;
    this.matchers = new MatcherDrafts(edited?.matchers ?? matchers);
    const now = clock.now();
    this.startsAt = toLocalInput(now + HOUR_MS);
    this.endsAt = toLocalInput(edited?.endsAt ?? now + HOUR_MS);
    if (!edited) return;
    this.length = 'custom';
    this.comment = edited.comment;
  }

  override saved({ matching }: Silence): string {
    return text('muting.silence.saved', { count: matching });
  }

  protected draft(): DraftOf<'silences'> | null {
    if (!this.matchers.check()) return null;
    const { comment, item } = this;
    const matchers = this.matchers.texts;
    if (matchers.length === 0) return this.refuse('matchers', text('muting.silence.noMatcher'));
    const times = this.#times();
    if (!times || !item) return times && { matchers, comment, ...times };
    // The input shows minutes; an end that nobody touched keeps its seconds.
    const isMoved = this.endsAt !== toLocalInput(item.endsAt);
    return { matchers, comment, ...(isMoved && { endsAt: times.endsAt }) };
  }

  /** From when until when; null when that is no span of time yet to come, and then the problem is shown. */
  #times(): { startsAt?: number; endsAt: number } | null {
    const { length } = this;
    const now = this.#clock.now();
    const start = this.later ? fromLocalInput(this.startsAt) : null;
    if (this.later && start === null) return this.refuse('startsAt', text('form.noMoment'));
    const end = length === 'custom' ? fromLocalInput(this.endsAt) : (start ?? now) + length;
    if (end === null) return this.refuse('endsAt', text('form.noMoment'));
    if (end <= Math.max(now, start ?? 0)) {
      return this.refuse('endsAt', text(start === null ? 'form.isPast' : 'form.endsTooEarly'));
    }
    return { endsAt: end, ...(start !== null && { startsAt: start }) };
  }
}
