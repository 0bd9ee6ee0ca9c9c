import { defined } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { MaintenanceSchedule, MaintenanceWindow } from '../contract/suppression.ts';
import type { Calendar } from '../domain/calendar-span.ts';
import { calendarOf } from '../domain/calendar.ts';
import { cronProblem } from '../domain/cron.ts';
import type { Matchable, Matches } from '../domain/matching.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { MaintenanceRow, MaintenanceTable } from '../store/rule-tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { matcherProblem, nameTaken, storedMatches } from './mute-checks.ts';
import { earliest, noteMuting, type InForce, type Release } from './mute-reason.ts';

export interface MaintenanceServiceDeps {
  readonly maintenanceWindows: MaintenanceTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly release: Release;
}

interface Compiled {
  readonly row: MaintenanceRow;
  readonly matches: Matches;
  readonly calendar: Calendar;
}

/** Which window covers an alert, and until when (ms UTC). */
interface Covering {
  readonly row: MaintenanceRow;
  readonly until: number;
}

const NEVER: Calendar = { spanAt: () => null, nextStart: () => null };

/** Maintenance windows, compiled and kept in memory as the database has them, and every change to them. */
export class MaintenanceService {
  readonly #deps: MaintenanceServiceDeps;
  #compiled: readonly Compiled[] = [];
  #version = 0;

  constructor(deps: MaintenanceServiceDeps) {
    this.#deps = deps;
    this.#reload();
  }

  /** Another one after each change, so that what was worked out from the windows can be told to be stale. */
  get version(): number {
    return this.#version;
  }

  /** The window that keeps an alert quiet at `now`; the first by name when there are several. */
  muting(alert: Matchable, now: number): Covering | null {
    for (const { row, matches, calendar } of this.#compiled) {
      if (!row.enabled) continue;
      const span = calendar.spanAt(now);
      if (span && matches(alert)) return { row, until: span.endsAt };
    }
    return null;
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

  /** By name. */
  list(): MaintenanceWindow[] {
    const now = this.#deps.clock.now();
    return this.#compiled.map((compiled) => shown(compiled, now));
  }

  create(
    input: ParsedInput<'maintenance.create'>,
    actor: string,
  ): Promise<Result<MaintenanceWindow>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  update(
    input: ParsedInput<'maintenance.update'>,
    actor: string,
  ): Promise<Result<MaintenanceWindow>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  /** As `create`, in the caller's transaction; the same goes for the two below. */
  createIn(
    unit: Unit,
    input: ParsedInput<'maintenance.create'>,
    actor: string,
  ): Result<MaintenanceWindow> {
    const { clock, newId } = this.#deps;
    if (this.#compiled.length >= LIMITS.maintenanceWindowsMax) {
      const most = `At most ${LIMITS.maintenanceWindowsMax} maintenance windows`;
      return fail('invalid_input', `${most}; delete one first.`);
    }
    const now = clock.now();
    const row = { ...input, id: newId(), createdAt: now, updatedAt: now };
    return this.#save(unit, row, actor, 'maintenance.create');
  }

  updateIn(
    unit: Unit,
    input: ParsedInput<'maintenance.update'>,
    actor: string,
  ): Result<MaintenanceWindow> {
    const before = this.#find(input.id);
    if (!before) return noSuchWindow();
    const now = this.#deps.clock.now();
    const row = { ...input, createdAt: before.row.createdAt, updatedAt: now };
    const saved = this.#save(unit, row, actor, 'maintenance.update');
    if (saved.ok) this.#deps.release(unit, 'maintenance', row.id, now);
    return saved;
  }

  deleteIn(unit: Unit, id: string, actor: string): Result<{ status: 'deleted' }> {
    const before = this.#find(id);
    if (!before || !this.#deps.maintenanceWindows.delete(id)) return noSuchWindow();
    const now = this.#deps.clock.now();
    this.#note(unit, before.row, actor, 'maintenance.delete', now);
    this.#deps.release(unit, 'maintenance', id, now);
    return ok({ status: 'deleted' });
  }

  #enabled(): readonly Compiled[] {
    return this.#compiled.filter(({ row }) => row.enabled);
  }

  #find(id: string): Compiled | null {
    return this.#compiled.find(({ row }) => row.id === id) ?? null;
  }

  #save(unit: Unit, row: MaintenanceRow, actor: string, action: string): Result<MaintenanceWindow> {
    const rows = this.#compiled.map((compiled) => compiled.row);
    const problem =
      nameTaken(rows, row, 'maintenance window') ??
      matcherProblem('matchers', row.matchers) ??
      scheduleProblem(row.schedule);
    if (problem) return problem;
    this.#deps.maintenanceWindows.put(row);
    this.#note(unit, row, actor, action, row.updatedAt);
    return ok(shown(defined(this.#find(row.id), 'The saved window'), row.updatedAt));
  }

  #note(unit: Unit, row: MaintenanceRow, actor: string, action: string, at: number): void {
    const detail = `${row.name}, ${row.enabled ? 'enabled' : 'disabled'}`;
    this.#deps.audit.append({ at, actor, action, subject: row.id, detail });
    const before = this.#compiled;
    unit.onUndone(() => {
      this.#compiled = before;
      this.#version++;
    });
    this.#reload();
    noteMuting(unit);
  }

  #reload(): void {
    this.#compiled = this.#deps.maintenanceWindows.all().map((row) => this.#compile(row));
    this.#version++;
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

const shown = ({ row, calendar }: Compiled, now: number): MaintenanceWindow => ({
  ...row,
  matchers: [...row.matchers],
  activeUntil: row.enabled ? (calendar.spanAt(now)?.endsAt ?? null) : null,
  nextStartsAt: row.enabled ? calendar.nextStart(now) : null,
});

function scheduleProblem(schedule: MaintenanceSchedule): Result<never> | null {
  if (schedule.type !== 'cron') return null;
  const problem = cronProblem(schedule.expression, schedule.timeZone);
  return problem === null ? null : fail('invalid_input', `schedule.expression: ${problem}`);
}

const noSuchWindow = (): Result<never> =>
  fail('not_found', 'There is no maintenance window with this id.');
