import type { MuteCalendar } from '../../main/contract/mute-calendar.ts';
import type { Change } from '../../main/contract/push.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedValue } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';

const DAYS = 7;
const MONDAY = 1;

/** A week by the reader's clock, Monday first. Its days may have 23 or 25 hours. */
export interface Week {
  /** The beginnings of its days. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Returns the week that is `offset` weeks after that of a moment. */
export function weekAt(nowMs: number, offset: number): Week {
  const now = new Date(nowMs);
  const sinceMonday = (now.getDay() + DAYS - MONDAY) % DAYS;
  const monday = now.getDate() - sinceMonday + offset * DAYS;
  const day = (index: number): number =>
    new Date(now.getFullYear(), now.getMonth(), monday + index).getTime();
  const days = Array.from({ length: DAYS }, (_, index) => day(index));
  return { days, from: day(0), to: day(DAYS) };
}

/** Returns where a moment lies in a week, in percent, and at its edge what lies beyond. */
export const percentOf = ({ from, to }: Week, atMs: number): number =>
  (Math.min(Math.max(atMs, from), to) - from) / ((to - from) / 100);

/** What mutes in a week, and which week that is. */
export class MuteWeek extends FollowedValue<MuteCalendar> {
  readonly #now: () => number;
  #offset = $state(0);
  readonly #week = $derived.by(() => weekAt(this.#now(), this.#offset));

  /** `now` is the moment whose week is the first. */
  constructor({ client, ...follow }: FollowSource, now: () => number) {
    super(
      follow,
      new Remote(() => {
        const { from, to } = this.week;
        return client.call('muting.calendar', { from, to });
      }),
    );
    this.#now = now;
  }

  get week(): Week {
    return this.#week;
  }

  /** 0 is this week. */
  get offset(): number {
    return this.#offset;
  }

  /** Shows another week; what was shown before does not belong to it. */
  show(offset: number): void {
    this.#offset = offset;
    this.remote.set(null);
    void this.load();
  }

  protected isStale({ entity }: Change): boolean {
    return entity === 'suppression' || entity === 'settings';
  }
}
