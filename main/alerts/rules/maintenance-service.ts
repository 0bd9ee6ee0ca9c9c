import { errorText, type Logger } from '../../base/logger.ts';
import { Collection, type CollectionDeps } from '../../collections/collection.ts';
import { Mirror } from '../../collections/mirror.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { MaintenanceWindow } from '../../contract/suppression.ts';
import type { Calendar } from '../../domain/calendar-span.ts';
import { calendarOf } from '../../domain/calendar.ts';
import { scheduleProblem } from '../../domain/cron.ts';
import type { Matchable, Matches } from '../../domain/matching.ts';
import type { RuleRow } from '../../store/rule-tables.ts';
import type { Tables } from '../../store/tables.ts';
import { matcherProblem, ruleReason, storedMatches } from './mute-checks.ts';
import { earliest, noteMuting, type InForce, type Release } from './mute-reason.ts';

export interface MaintenanceServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'rules'>;
  readonly logger: Logger;
  readonly release: Release;
}

type MaintenanceRow = RuleRow<'maintenance'>;

interface Compiled {
  readonly row: MaintenanceRow;
  readonly matches: Matches;
  readonly calendar: Calendar;
}

/** The window that covers an alert, and until when (ms UTC). */
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
      problem: ({ matchers, schedule }) =>
        matcherProblem('matchers', matchers) ?? scheduleProblem(schedule),
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

  /** What was checked when it was saved may still name a time zone that this system's data lacks. */
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
