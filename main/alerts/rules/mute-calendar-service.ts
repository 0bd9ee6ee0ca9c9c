import { LIMITS } from '../../contract/limits.ts';
import type { Output } from '../../contract/methods.ts';
import type { MuteCalendarQuery, MuteLane } from '../../contract/mute-calendar.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Settings } from '../../contract/settings.ts';
import { spansFrom, type Calendar } from '../../domain/calendar-span.ts';
import { daysIn } from '../../domain/calendar-weekly.ts';
import { calendarOf, weeklyCalendar } from '../../domain/calendar.ts';
import type { MaintenanceService } from './maintenance-service.ts';
import type { SilenceService } from './silence-service.ts';

export interface MuteCalendarDeps {
  readonly silences: Pick<SilenceService, 'standing'>;
  readonly maintenance: Pick<MaintenanceService, 'schedules'>;
  readonly settings: { current(): Settings };
}

/** A rule whose spans are yet to be found. The calendar is made when its turn comes. */
type Planned = Omit<MuteLane, 'days' | 'spans' | 'isPartial'> & {
  readonly calendar: () => Calendar | null;
};

/**
 * Says when rules mute in a stretch of time. It makes its own calendars: those that decide about
 * notifications remember the present moment, and looking at other weeks would make them forget it.
 */
export class MuteCalendarService {
  readonly #deps: MuteCalendarDeps;

  constructor(deps: MuteCalendarDeps) {
    this.#deps = deps;
  }

  /**
   * Returns every rule that mutes in this time, with its spans. A frequent cron expression takes milliseconds
   * for each span, so ingest gets its turn after each.
   */
  async calendar(query: MuteCalendarQuery): Promise<Result<Output<'muting.calendar'>>> {
    const lanes: MuteLane[] = [];
    let room: number = LIMITS.calendarSpansMax;
    let isPartial = false;
    for (const { calendar, ...rule } of this.#rules(query)) {
      if (room === 0) {
        isPartial = true;
        break;
      }
      const found = await this.#spans(calendar(), query, Math.min(room, LIMITS.ruleSpansMax));
      if (found.spans.length === 0) continue;
      room -= found.spans.length;
      isPartial ||= found.isPartial;
      const { timeZone } = rule;
      const days = timeZone === null ? [] : daysIn(timeZone, query.from, query.to);
      lanes.push({ ...rule, days, ...found });
    }
    return ok({ lanes, isPartial });
  }

  #rules({ from, to }: MuteCalendarQuery): Planned[] {
    const { silences, maintenance, settings } = this.#deps;
    const { enabled, periods, timeZone } = settings.current().quietHours;
    const quiet: Planned = {
      ...{ kind: 'quiet_hours', ruleId: null, name: '', matchers: [], timeZone },
      calendar: () => (enabled ? weeklyCalendar(periods, timeZone) : null),
    };
    const windows = maintenance.schedules().map(({ id, name, matchers, schedule }): Planned => {
      const zone = schedule.type === 'once' ? null : schedule.timeZone;
      return {
        ...{ kind: 'maintenance', ruleId: id, name, matchers, timeZone: zone },
        calendar: () => calendarOf(schedule),
      };
    });
    const within = silences
      .standing()
      .filter(({ startsAt, endsAt }) => startsAt < to && endsAt > from && endsAt > startsAt)
      .sort((a, b) => a.startsAt - b.startsAt);
    const silenced = within.map(({ id, comment, matchers, startsAt, endsAt }): Planned => {
      const schedule = { type: 'once', startsAt, endsAt } as const;
      return {
        ...{ kind: 'silence', ruleId: id, name: comment, matchers, timeZone: null },
        calendar: () => calendarOf(schedule),
      };
    });
    return [quiet, ...windows, ...silenced];
  }

  async #spans(calendar: Calendar | null, { from, to }: MuteCalendarQuery, max: number) {
    const spans: MuteLane['spans'] = [];
    for (const span of calendar ? spansFrom(calendar, from) : []) {
      if (span.startsAt >= to) break;
      if (spans.length === max) return { spans, isPartial: true };
      spans.push(span);
      await new Promise(setImmediate);
    }
    return { spans, isPartial: false };
  }
}
