import type { Clock } from '../base/clock.ts';
import type { Alert, AlertEvent } from '../contract/alert.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { AlertEventTable } from '../store/alert-events.ts';
import type { AlertPages } from '../store/alert-pages.ts';
import { toAlert, type AlertRow } from '../store/alert-rows.ts';
import type { AlertTable } from '../store/alerts.ts';
import type { AuditTable } from '../store/audit.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { AlertEngine, Applied } from './engine.ts';

export interface AlertBookDeps {
  readonly engine: AlertEngine;
  readonly alerts: AlertTable;
  readonly pages: AlertPages;
  readonly timeline: AlertEventTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** What the outside may ask of alerts: each write is one durable unit. */
export class AlertBook {
  readonly #deps: AlertBookDeps;

  constructor(deps: AlertBookDeps) {
    this.#deps = deps;
  }

  /** Applies the events in order, as one unit, and answers once they are durable. */
  ingest(events: readonly ConditionEvent[]): Promise<Applied[]> {
    const { engine, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const now = clock.now();
      return events.map((event) => engine.apply(unit, event, now));
    });
  }

  get(id: string): { alert: Alert; timeline: AlertEvent[] } | null {
    const row = this.#deps.alerts.byId(id);
    return row ? { alert: toAlert(row), timeline: this.#deps.timeline.byAlert(id) } : null;
  }

  list(query: ParsedInput<'alerts.list'>): Result<Output<'alerts.list'>> {
    const before = query.cursor === undefined ? null : Number(query.cursor);
    if (before !== null && !(Number.isSafeInteger(before) && before > 0)) {
      return fail('invalid_input', 'cursor: must be the nextCursor of an earlier page');
    }
    const { rows, total } = this.#deps.pages.list(query, before);
    const last = rows.length === query.limit ? rows.at(-1) : undefined;
    return ok({
      items: rows.map(toAlert),
      nextCursor: last ? String(last.seq) : null,
      total,
    });
  }

  acknowledge(id: string, actor: string): Promise<Result<Alert>> {
    return this.#act(id, actor, 'alert.acknowledge', 'acknowledged', (unit, now) =>
      this.#deps.engine.acknowledge(unit, id, actor, now),
    );
  }

  resolve(id: string, actor: string): Promise<Result<Alert>> {
    return this.#act(id, actor, 'alert.resolve', 'resolved', (unit, now) =>
      this.#deps.engine.resolveByHand(unit, id, actor, now),
    );
  }

  #act(
    id: string,
    actor: string,
    action: string,
    participle: string,
    act: (unit: Unit, now: number) => AlertRow | null,
  ): Promise<Result<Alert>> {
    const { alerts, audit, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const now = clock.now();
      const changed = act(unit, now);
      if (changed) {
        const detail = `${changed.kind} on ${changed.host}`;
        audit.append({ at: now, actor, action, subject: id, detail });
        return ok(toAlert(changed));
      }
      const current = alerts.byId(id);
      return current
        ? fail('wrong_state', `The alert is ${current.state}, so it cannot be ${participle}.`)
        : fail('not_found', 'There is no alert with this id.');
    });
  }
}
