import { isDeepStrictEqual } from 'node:util';
import { Collection, type CollectionDeps } from '../../collections/collection.ts';
import { Mirror } from '../../collections/mirror.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { Inhibition } from '../../contract/suppression.ts';
import type { RuleRow } from '../../store/rule-tables.ts';
import type { Tables } from '../../store/tables.ts';
import type { Unit } from '../../store/unit.ts';
import { InhibitionIndex, type Inhibitor } from './inhibition-index.ts';
import { matcherProblem, ruleReason } from './mute-checks.ts';
import { noteMuting, type MuteSubject, type Release } from './mute-reason.ts';

export interface InhibitionServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'rules'>;
  /** Every alert that is not closed. */
  readonly openAlerts: () => Iterable<MuteSubject>;
  readonly release: Release;
}

/** The inhibition that mutes an alert, and the other alert through which it does. */
interface Inhibited {
  readonly row: RuleRow<'inhibitions'>;
  readonly by: Inhibitor;
}

/** Inhibitions with the alerts that fire as their sources, kept in memory. */
export class InhibitionService {
  readonly collection;
  readonly #deps: InhibitionServiceDeps;
  readonly #rules;

  constructor(deps: InhibitionServiceDeps) {
    const { release } = deps;
    const rows = deps.tables.rules.inhibitions;
    this.#deps = deps;
    this.#rules = new Mirror<readonly InhibitionIndex[]>((before) => this.#indexed(before ?? []));
    this.collection = new Collection<
      RuleRow<'inhibitions'>,
      ParsedInput<'inhibitions.create'>,
      ParsedInput<'inhibitions.update'>,
      Inhibition
    >(deps, {
      rows,
      audit: 'inhibition',
      max: LIMITS.inhibitionsMax,
      uniqueNames: true,
      reason: ruleReason,
      show: (shown) => shown.map((row) => ({ ...row, activeSources: this.#sourcesOf(row) })),
      problem: ({ sourceMatchers, targetMatchers }) =>
        matcherProblem('sourceMatchers', sourceMatchers) ??
        matcherProblem('targetMatchers', targetMatchers),
      changed: ({ unit, before, now }) => {
        this.#rules.reload(unit);
        noteMuting(unit);
        if (before) release(unit, 'inhibition', before.id, now);
      },
    });
  }

  /** The inhibition that keeps an alert quiet; the first by name when there are several. */
  muting(alert: MuteSubject): Inhibited | null {
    for (const rule of this.#rules.value) {
      const by = rule.inhibitorOf(alert);
      if (by) return { row: rule.row, by };
    }
    return null;
  }

  /** Updates the sources after an alert was raised, changed or closed. Call inside the same transaction. */
  alertChanged(unit: Unit, alert: MuteSubject, firing: boolean, now: number): void {
    for (const rule of this.#rules.value) {
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

  #sourcesOf({ id }: RuleRow<'inhibitions'>): number {
    return this.#rules.value.find(({ row }) => row.id === id)?.sources ?? 0;
  }

  /** Unchanged ones keep their sources; only one that has changed has to look at every open alert. */
  #indexed(known: readonly InhibitionIndex[]): InhibitionIndex[] {
    const rows = this.#deps.tables.rules.inhibitions.all();
    const before = new Map(known.map((rule) => [rule.row.id, rule]));
    const unchanged = (row: RuleRow<'inhibitions'>): InhibitionIndex | null => {
      const rule = before.get(row.id);
      return rule && isDeepStrictEqual(rule.row, row) ? rule : null;
    };
    let alerts: readonly MuteSubject[] | null = null;
    return rows.map(
      (row) =>
        unchanged(row) ?? new InhibitionIndex(row, (alerts ??= [...this.#deps.openAlerts()])),
    );
  }
}
