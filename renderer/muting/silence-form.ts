import { silenceInput, type Silence } from '../../main/contract/suppression.ts';
import type { Services } from '../app/services.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { COMMENT_FIELD } from '../form/common-parts.ts';
import { chosen, type FormDescription, type Draft } from '../form/draft.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { wholeMinute } from '../ui/local-moment.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SILENCE_LENGTHS_MS = [HOUR_MS, 4 * HOUR_MS, DAY_MS, 7 * DAY_MS] as const;

const isNew = (draft: Draft): boolean => (draft as SilenceForm).item === null;

const FORM: FormDescription = {
  schema: silenceInput,
  fresh: (nowMs) => ({
    matchers: [],
    comment: '',
    length: HOUR_MS,
    later: false,
    startsAt: wholeMinute(nowMs + HOUR_MS),
    endsAt: wholeMinute(nowMs + HOUR_MS),
  }),
  parts: [
    {
      field: 'matchers',
      label: 'form.matchers',
      hint: 'form.allMatch',
      empty: 'muting.silence.noMatcher',
    },
    {
      when: isNew,
      parts: [
        {
          field: 'length',
          kind: 'radio',
          label: 'form.duration',
          choices: () => [
            ...SILENCE_LENGTHS_MS.map((value) => ({
              value,
              label: messages().duration(value, { width: 'long' }),
            })),
            { value: 'custom', label: text('muting.silence.untilMoment') },
          ],
        },
      ],
    },
    { when: chosen('length', 'custom'), parts: [{ field: 'endsAt', label: 'form.end' }] },
    {
      when: isNew,
      parts: [{ field: 'later', kind: 'checkbox', label: 'muting.silence.later' }],
    },
    { when: chosen('later', true), parts: [{ field: 'startsAt', label: 'form.start' }] },
    COMMENT_FIELD,
  ],
};

/** The draft of a new silence, or of one that has not expired. */
export class SilenceForm extends ItemForm<Silence, DraftOf<'silences'>> {
  readonly #clock: WindowClock;

  constructor({ clock, silences }: Services, edited: Silence | null, matchers: readonly string[]) {
    const begun = edited ? { ...edited, length: 'custom' } : { matchers };
    super(
      silences,
      edited,
      { ...FORM, fresh: (nowMs) => ({ ...FORM.fresh(nowMs), ...begun }) },
      clock.now(),
    );
    this.#clock = clock;
  }

  override saved({ matching }: Silence): string {
    return text('muting.silence.saved', { count: matching });
  }

  override get sent() {
    const { matchers, comment } = super.sent;
    const { startsAt, endsAt } = this.#times;
    if (this.item) return { matchers, comment, ...(endsAt !== this.item.endsAt && { endsAt }) };
    return { matchers, comment, endsAt, ...(startsAt !== null && { startsAt }) };
  }

  override check(): boolean {
    return super.check() && this.#isToCome();
  }

  get #times(): { startsAt: number | null; endsAt: number } {
    const length = this.get<number | 'custom'>('length');
    const startsAt = this.get('later') === true ? this.get<number>('startsAt') : null;
    const endsAt =
      length === 'custom' ? this.get<number>('endsAt') : (startsAt ?? this.#clock.now()) + length;
    return { startsAt, endsAt };
  }

  /** Returns false when it is no span of time yet to come, and then the problem is shown. */
  #isToCome(): boolean {
    const { startsAt, endsAt } = this.#times;
    if (endsAt > Math.max(this.#clock.now(), startsAt ?? 0)) return true;
    const at = this.get('length') === 'custom' ? 'endsAt' : 'startsAt';
    const isBackward = startsAt !== null && endsAt <= startsAt;
    this.submission.refuse({ [at]: text(isBackward ? 'form.endsTooEarly' : 'form.isPast') });
    return false;
  }
}
