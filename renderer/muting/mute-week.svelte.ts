import type { MuteCalendar } from '../../main/contract/mute-calendar.ts';
import type { Change } from '../../main/contract/push.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedValue } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';
import { weekAt, type Week } from './week.ts';

/** The mutes of a week, and which week that is. */
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
  }

  protected isStale({ entity }: Change): boolean {
    return entity === 'suppression' || entity === 'settings';
  }
}
