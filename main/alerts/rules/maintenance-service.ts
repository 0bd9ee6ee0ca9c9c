import { errorText, type Logger } from '../../base/logger.ts';
import { Collection, type CollectionDeps } from '../../collections/collection.ts';
import { Mirror } from '../../collections/mirror.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { Result } from '../../contract/result.ts';
import type { MaintenanceWindow } from '../../contract/suppression.ts';
import type { Calendar } from '../../domain/calendar-span.ts';
import { calendarOf } from '../../domain/calendar.ts';
import { scheduleProblem } from '../../domain/cron.ts';
import type { Matchable, Matches } from '../../domain/matching.ts';
import type { AnnouncedWindow } from '../../domain/maintenance-duties.ts';
import { refuseField } from '../../messages/failures.ts';
import type { ChannelService } from '../../queue/channel-service.ts';
import type { RuleRow } from '../../store/rule-tables.ts';
import type { Unit } from '../../store/unit.ts';
import type { Tables } from '../../store/tables.ts';
import { matcherProblem, ruleReason, storedMatches } from './mute-checks.ts';
import { earliest, noteMuting, type InForce, type Release } from './mute-reason.ts';

export interface MaintenanceServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'rules'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly logger: Logger;
  readonly release: Release;
}

type MaintenanceRow = RuleRow<'maintenance'>;

interface Compiled {
  readonly row: MaintenanceRow;
  readonly matches: Matches;
  readonly calendar: Calendar;
}

/** The maintenance window that covers an alert, and the end of the current period (ms UTC). */
interface Covering {
  readonly row: MaintenanceRow;
  readonly until: number;
}

const NEVER: Calendar = { spanAt: () => null, nextStart: () => null };

/** Maintenance windows, compiled and kept in memory. */
export class MaintenanceService {
  readonly collection;
  readonly #deps: MaintenanceServiceDeps;
  readonly #compiled;

  constructor(deps: MaintenanceServiceDeps) {
    const { clock, release } = deps;
    const rows = deps.tables.rules.maintenance;
    this.#deps = deps;
    this.#compiled = new Mirror<readonly Compiled[]>(() =>
      rows.all().map((row) => this.#compile(row)),
    );
    this.collection = new Collection<
      MaintenanceRow,
      ParsedInput<'maintenance.create'>,
      ParsedInput<'maintenance.update'>,
      MaintenanceWindow
    >(deps, {
      rows,
      audit: 'maintenance',
      max: LIMITS.maintenanceWindowsMax,
      uniqueNames: true,
      reason: ruleReason,
      show: (shown) => shown.map((row) => this.#shown(row, clock.now())),
      problem: (row, before) =>
        matcherProblem('matchers', row.matchers) ??
        scheduleProblem(row.schedule) ??
        this.#channelProblem(row, before),
      changed: ({ unit, before, now }) => {
        this.#compiled.reload(unit);
        noteMuting(unit);
        if (before) release(unit, 'maintenance', before.id, now);
      },
    });
  }

  get version(): number {
    return this.#compiled.version;
  }

  /** The window that keeps an alert quiet at `now`; the first by name when there are several. */
  muting(alert: Matchable, now: number): Covering | null {
    for (const { row, matches, calendar } of this.#compiled.value) {
      if (!row.enabled) continue;
      const span = calendar.spanAt(now);
      if (span && matches(alert)) return { row, until: span.endsAt };
    }
    return null;
  }

  /** Returns the windows that are enabled and can be understood, by name. */
  schedules(): MaintenanceRow[] {
    return this.#enabled()
      .filter(({ calendar }) => calendar !== NEVER)
      .map(({ row }) => row);
  }

  /** Returns the windows that are enabled, as far as their announcements matter. */
  announced(): AnnouncedWindow[] {
    return this.#enabled().map(({ row: { id, name, announceTo, updatedAt }, calendar }) => {
      return { id, name, announceTo, updatedAt, calendar };
    });
  }

  /** Returns the windows that are announced to a channel. */
  announcedTo(channelId: string): MaintenanceRow[] {
    return this.#compiled.value
      .map(({ row }) => row)
      .filter(({ announceTo }) => announceTo.includes(channelId));
  }

  /** Takes a channel out of every window, in the caller's transaction. */
  detachIn(unit: Unit, channelId: string, actor: string): void {
    for (const row of this.announcedTo(channelId)) {
      const announceTo = row.announceTo.filter((id) => id !== channelId);
      const detached = { ...row, announceTo, updatedAt: this.#deps.clock.now() };
      this.collection.storeIn(unit, detached, row, actor, 'update');
    }
  }

  /** Refuses channels that do not exist, but for those that it had before: they may be deleted since. */
  #channelProblem(row: MaintenanceRow, before: MaintenanceRow | null): Result<never> | null {
    const unknown = row.announceTo.findIndex(
      (id) => !before?.announceTo.includes(id) && !this.#deps.channels.get(id),
    );
    const reason = { code: 'issue.channel_unknown', params: {} } as const;
    return unknown < 0 ? null : refuseField('invalid_input', `announceTo.${unknown}`, reason);
  }

  inForce(now: number): InForce {
    const ends = this.#enabled().flatMap(({ calendar }) => calendar.spanAt(now)?.endsAt ?? []);
    return { count: ends.length, firstEndAt: earliest(ends) };
  }

  /** The next moment after `now` at which one begins or ends; null when none will. */
  nextChangeAt(now: number): number | null {
    return earliest(
      this.#enabled().map(
        ({ calendar }) => calendar.spanAt(now)?.endsAt ?? calendar.nextStart(now),
      ),
    );
  }

  #enabled(): readonly Compiled[] {
    return this.#compiled.value.filter(({ row }) => row.enabled);
  }

  #shown(row: MaintenanceRow, now: number): MaintenanceWindow {
    const compiled = this.#compiled.value.find(({ row: { id } }) => id === row.id);
    const calendar = row.enabled ? compiled?.calendar : undefined;
    return {
      ...row,
      activeUntil: calendar?.spanAt(now)?.endsAt ?? null,
      nextStartsAt: calendar?.nextStart(now) ?? null,
    };
  }

  #compile(row: MaintenanceRow): Compiled {
    return { row, matches: storedMatches(row.matchers), calendar: this.#calendarOf(row) };
  }

  /**
   * Returns the window's calendar. A schedule that was valid when saved may name a time zone that this system
   * lacks; it is then never on.
   */
  #calendarOf(row: MaintenanceRow): Calendar {
    try {
      return calendarOf(row.schedule);
    } catch (error) {
      this.#deps.logger.log('error', 'A maintenance window cannot be understood and is never on', {
        maintenanceWindowId: row.id,
        error: errorText(error),
      });
      return NEVER;
    }
  }
}
