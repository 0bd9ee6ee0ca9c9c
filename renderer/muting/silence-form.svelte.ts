import { silenceInput, type Silence } from '../../main/contract/suppression.ts';
import type { Services } from '../app/services.ts';
import type { DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { COMMENT_FIELD } from '../form/common-parts.ts';
import { chosen, type FormDescription, type Draft } from '../form/draft.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { untilMondayMs, untilMorningMs } from '../time/calendar-ends.ts';
import type { WindowClock } from '../time/clock.ts';
import { wholeMinute } from '../ui/local-moment.ts';
import type { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';
import CoveredList from './CoveredList.svelte';
import { CoveredAlerts } from './covered-alerts.svelte.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SILENCE_LENGTHS_MS = [HOUR_MS, 4 * HOUR_MS, DAY_MS, 7 * DAY_MS] as const;

/** Ends by the calendar, and how far away they are. */
const CALENDAR_ENDS = { morning: untilMorningMs, monday: untilMondayMs };
type Length = number | keyof typeof CALENDAR_ENDS | 'custom';

/** The values that a silence begins with. */
export interface SilenceProposal {
  readonly matchers: readonly string[];
  /** Matchers that would narrow it down. */
  readonly others: readonly string[];
  /** The alerts that it was begun for, by id; null where they are not known one by one. */
  readonly selected: ReadonlySet<string> | null;
  /** A note about the matchers that the reader has to know. */
  readonly note?: string;
}

/** Returns the proposal of a silence that was begun for no alert in particular. */
export const proposed = (matchers: readonly string[]): SilenceProposal => ({
  matchers,
  others: [],
  selected: null,
});

const isNew = (draft: Draft): boolean => (draft as SilenceForm).item === null;

/** Returns the time of day at which both ends by the calendar are. */
const eight = (): string => messages().timeOfDay(untilMorningMs(0));

const FORM: FormDescription = {
  schema: silenceInput,
  fresh: (nowMs) => ({
    matchers: [],
    comment: '',
    length: HOUR_MS,
    later: false,
    startsAt: wholeMinute(nowMs + HOUR_MS),
    endsAt: wholeMinute(nowMs + DAY_MS),
  }),
  parts: [
    {
      field: 'matchers',
      label: 'form.matchers',
      hint: 'form.allMatch',
      empty: 'muting.silence.noMatcher',
    },
    { own: CoveredList },
    {
      when: isNew,
      parts: [{ field: 'later', kind: 'checkbox', label: 'muting.silence.later' }],
    },
    { when: chosen('later', true), parts: [{ field: 'startsAt', label: 'form.start' }] },
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
            {
              value: 'morning',
              label: text('alerts.snooze.untilTomorrow', { time: eight() }),
            },
            {
              value: 'monday',
              label: text('muting.silence.untilMonday', {
                day: messages().weekday(1),
                time: eight(),
              }),
            },
            { value: 'custom', label: text('muting.silence.untilMoment') },
          ],
        },
      ],
    },
    { say: (draft) => (draft as SilenceForm).endText },
    { when: chosen('length', 'custom'), parts: [{ field: 'endsAt', label: 'form.end' }] },
    COMMENT_FIELD,
  ],
};

/** The draft of a new silence, or of one that has not expired. */
export class SilenceForm extends ItemForm<Silence, DraftOf<'silences'>> {
  readonly proposal: SilenceProposal;
  readonly covered: CoveredAlerts;
  readonly #clock: WindowClock;

  constructor(services: Services, edited: Silence | null, proposal: SilenceProposal) {
    const { clock, silences } = services;
    const begun = edited ? { ...edited, length: 'custom' } : { matchers: proposal.matchers };
    super(
      silences,
      edited,
      { ...FORM, fresh: (nowMs) => ({ ...FORM.fresh(nowMs), ...begun }) },
      clock.now(),
    );
    this.#clock = clock;
    this.proposal = proposal;
    this.covered = new CoveredAlerts(services, () => this.matchers.texts);
  }

  /** The matchers as they are typed. */
  get matchers(): MatcherDrafts {
    return this.get('matchers');
  }

  /** Says when a silence of the chosen length ends, where the field of its end does not. */
  get endText(): string | undefined {
    if (this.get('length') === 'custom') return undefined;
    const { endsAt } = this.#times;
    return text('muting.silence.endsAt', { time: messages().moment(endsAt, this.#clock.now()) });
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
    const length = this.get<Length>('length');
    const startsAt = this.get('later') === true ? this.get<number>('startsAt') : null;
    if (length === 'custom') return { startsAt, endsAt: this.get<number>('endsAt') };
    const from = startsAt ?? this.#clock.now();
    const lengthMs = typeof length === 'number' ? length : CALENDAR_ENDS[length](from);
    return { startsAt, endsAt: from + lengthMs };
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
