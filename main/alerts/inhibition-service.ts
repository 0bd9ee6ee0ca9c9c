import { defined } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Inhibition } from '../contract/suppression.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { InhibitionRow, InhibitionTable } from '../store/rule-tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { InhibitionIndex, type Inhibitor } from './inhibition-index.ts';
import { matcherProblem, nameTaken } from './mute-checks.ts';
import { noteMuting, type MuteSubject, type Release } from './mute-reason.ts';

export interface InhibitionServiceDeps {
  readonly inhibitions: InhibitionTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Every alert that is not closed. */
  readonly openAlerts: () => Iterable<MuteSubject>;
  readonly release: Release;
}

/** Which inhibition mutes an alert, and through which other alert. */
interface Inhibited {
  readonly row: InhibitionRow;
  readonly by: Inhibitor;
}

/**
 * Inhibitions with the alerts that fire as their sources, kept in memory as the database has them, and
 * every change to them.
 */
export class InhibitionService {
  readonly #deps: InhibitionServiceDeps;
  #rules: readonly InhibitionIndex[];

  constructor(deps: InhibitionServiceDeps) {
    this.#deps = deps;
    const rows = deps.inhibitions.all();
    const alerts = rows.length > 0 ? [...deps.openAlerts()] : [];
    this.#rules = rows.map((row) => new InhibitionIndex(row, alerts));
  }

  /** The inhibition that keeps an alert quiet; the first by name when there are several. */
  muting(alert: MuteSubject): Inhibited | null {
    for (const rule of this.#rules) {
      const by = rule.inhibitorOf(alert);
      if (by) return { row: rule.row, by };
    }
    return null;
  }

  /** To be told whenever an alert is raised, changes its labels or severity, or closes, in the same transaction. */
  alertChanged(unit: Unit, alert: MuteSubject, firing: boolean, now: number): void {
    for (const rule of this.#rules) {
      if (!rule.row.enabled) continue;
      const before = rule.placeOf(alert.id);
      const effect = rule.note(alert, firing);
      if (effect === 'none') continue;
      unit.onUndone(() => rule.restore(alert, before));
      unit.changed({ entity: 'suppression' });
      if (effect === 'counts') continue;
      // Alerts that a source begins or ceases to mute look different from now on.
      unit.changed({ entity: 'everything' });
      if (effect === 'ceases') this.#deps.release(unit, 'inhibition', rule.row.id, now);
    }
  }

  /** By name. */
  list(): Inhibition[] {
    return this.#rules.map(shown);
  }

  create(input: ParsedInput<'inhibitions.create'>, actor: string): Promise<Result<Inhibition>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  update(input: ParsedInput<'inhibitions.update'>, actor: string): Promise<Result<Inhibition>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  /** As `create`, in the caller's transaction; the same goes for the two below. */
  createIn(
    unit: Unit,
    input: ParsedInput<'inhibitions.create'>,
    actor: string,
  ): Result<Inhibition> {
    const { clock, newId } = this.#deps;
    if (this.#rules.length >= LIMITS.inhibitionsMax) {
      const most = `At most ${LIMITS.inhibitionsMax} inhibitions`;
      return fail('invalid_input', `${most}; delete one first.`);
    }
    const now = clock.now();
    const row = { ...input, id: newId(), createdAt: now, updatedAt: now };
    return this.#save(unit, row, actor, 'inhibition.create');
  }

  updateIn(
    unit: Unit,
    input: ParsedInput<'inhibitions.update'>,
    actor: string,
  ): Result<Inhibition> {
    const before = this.#find(input.id);
    if (!before) return noSuchInhibition();
    const now = this.#deps.clock.now();
    const row = { ...input, createdAt: before.row.createdAt, updatedAt: now };
    const saved = this.#save(unit, row, actor, 'inhibition.update');
    if (saved.ok) this.#deps.release(unit, 'inhibition', row.id, now);
    return saved;
  }

  deleteIn(unit: Unit, id: string, actor: string): Result<{ status: 'deleted' }> {
    const before = this.#find(id);
    if (!before || !this.#deps.inhibitions.delete(id)) return noSuchInhibition();
    const now = this.#deps.clock.now();
    this.#note(unit, before.row, actor, 'inhibition.delete', now);
    this.#deps.release(unit, 'inhibition', id, now);
    return ok({ status: 'deleted' });
  }

  #find(id: string): InhibitionIndex | null {
    return this.#rules.find(({ row }) => row.id === id) ?? null;
  }

  #save(unit: Unit, row: InhibitionRow, actor: string, action: string): Result<Inhibition> {
    const rows = this.#rules.map((rule) => rule.row);
    const problem =
      nameTaken(rows, row, 'inhibition') ??
      matcherProblem('sourceMatchers', row.sourceMatchers) ??
      matcherProblem('targetMatchers', row.targetMatchers);
    if (problem) return problem;
    this.#deps.inhibitions.put(row);
    this.#note(unit, row, actor, action, row.updatedAt);
    return ok(shown(defined(this.#find(row.id), 'The saved inhibition')));
  }

  #note(unit: Unit, row: InhibitionRow, actor: string, action: string, at: number): void {
    const detail = `${row.name}, ${row.enabled ? 'enabled' : 'disabled'}`;
    this.#deps.audit.append({ at, actor, action, subject: row.id, detail });
    const before = this.#rules;
    unit.onUndone(() => {
      this.#rules = before;
    });
    // The others keep their sources; only the changed one has to look at every open alert.
    this.#rules = this.#deps.inhibitions
      .all()
      .map(
        (stored) =>
          (stored.id === row.id ? null : this.#find(stored.id)) ??
          new InhibitionIndex(stored, this.#deps.openAlerts()),
      );
    noteMuting(unit);
  }
}

const shown = ({ row, sources }: InhibitionIndex): Inhibition => ({
  ...row,
  sourceMatchers: [...row.sourceMatchers],
  targetMatchers: [...row.targetMatchers],
  equal: [...row.equal],
  activeSources: sources,
});

const noSuchInhibition = (): Result<never> =>
  fail('not_found', 'There is no inhibition with this id.');
