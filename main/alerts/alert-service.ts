import type { Clock } from '../base/clock.ts';
import { crashPoint } from '../base/crash-point.ts';
import type { Alert, AlertSort, FlappingEvidence } from '../contract/alert.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import { severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Settings } from '../contract/settings.ts';
import type { Hold } from '../contract/suppression.ts';
import type { AlertEvent } from '../contract/timeline.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { isFound } from '../domain/searching.ts';
import type { InboundMessage, StoredMessage, Withdrawal } from '../domain/inbound-message.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import type { ChannelReason } from '../store/alerts/alert-event-table.ts';
import type { AlertPlace } from '../store/alerts/alert-pages.ts';
import { toAlert, type AlertRow } from '../store/alerts/alert-rows.ts';
import type { ConditionRow } from '../store/alerts/condition-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { AlertEngine, Applied } from './engine.ts';
import type { Flapping } from './flap-detector.ts';
import type { FollowUpPlans, PlannedStep } from './follow-up-plans.ts';
import type { MessageIntake } from './message-intake.ts';
import { LOOKED_AT_MAX, suggested } from './label-names.ts';
import type { Mutes } from './rules/mutes.ts';
import type { RouteService } from './rules/route-service.ts';
import { refuse, refuseField } from '../messages/failures.ts';

export interface AlertServiceDeps {
  readonly engine: AlertEngine;
  readonly intake: Pick<MessageIntake, 'apply' | 'withdraw'>;
  readonly tables: Pick<
    Tables,
    | 'alerts'
    | 'conditions'
    | 'timeline'
    | 'audit'
    | 'alertPages'
    | 'alertLabels'
    | 'overview'
    | 'threads'
  >;
  readonly flapping: Pick<Flapping, 'settlesAt'>;
  readonly plans: Pick<FollowUpPlans, 'stepsToCome'>;
  readonly routes: Pick<RouteService, 'escalation'>;
  readonly mutes: Pick<Mutes, 'muteOf'>;
  readonly settings: { current(): Settings; messages(): Messages };
  readonly writer: Writer;
  readonly clock: Clock;
}

/** An action that a person may take on an alert. */
export type AlertAction =
  | { readonly kind: 'acknowledge' | 'unacknowledge' | 'resolve' | 'unsnooze' | 'settle' }
  | { readonly kind: 'snooze'; readonly durationMs: number };

export interface AlertDetail {
  readonly alert: Alert;
  readonly timeline: AlertEvent[];
  readonly reasons: ChannelReason[];
  /** The moment at which it was raised, by this host's clock (ms UTC). */
  readonly raisedAt: number;
  readonly flappingEvidence: FlappingEvidence | null;
  /** True if retention has removed none of its notifications. */
  readonly isComplete: boolean;
  /** The channels of the steps of its escalation that are to come, the earliest first. */
  readonly steps: PlannedStep[];
  /** The channels that the escalation of its routes has, as they are now. */
  readonly escalationChannels: string[];
}

const DAY_MS = 86_400_000;
/** More than these are of no use on one page. */
const FLAPPING_MAX = 200;
/** Alerts of one transaction of a bulk action; small, so that ingest gets its turn in between. */
const BULK_BATCH = 200;

const CURSOR = /^(?:([a-z]+):)?([1-9]\d{0,15})$/;

/** Returns the place that a cursor names; undefined for a text that is none. */
function readCursor(text: string): AlertPlace | undefined {
  const [, level = 'critical', seq] = CURSOR.exec(text) ?? [];
  const known = severity.safeParse(level);
  return known.success && seq !== undefined
    ? { seq: Number(seq), severity: known.data }
    : undefined;
}

const writeCursor = ({ seq, severity: level }: AlertPlace, sort: AlertSort | undefined): string =>
  sort === 'severity' ? `${level}:${seq}` : String(seq);

type Hindrance = AlertRow['state'] | 'not_flapping' | 'not_snoozed';

/** Returns what keeps an action from an alert. */
function hindrance({ closedAt, state }: AlertRow, { kind }: AlertAction): Hindrance {
  if (kind === 'settle') return 'not_flapping';
  return kind === 'unsnooze' && closedAt === null ? 'not_snoozed' : state;
}

/** Serves the methods about alerts. Each write is one durable unit. */
export class AlertService {
  readonly #deps: AlertServiceDeps;

  constructor(deps: AlertServiceDeps) {
    this.#deps = deps;
  }

  /** Applies the events in order, as one unit, and answers once they are durable. */
  ingest(events: readonly ConditionEvent[]): Promise<Applied[]> {
    const { engine, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const now = clock.now();
      const applied = events.map((event) => engine.apply(unit, event, now));
      crashPoint('ingest');
      return applied;
    });
  }

  /** Applies what one request brought, as one unit; answers to its messages, once all of it is durable. */
  ingestReport(
    events: readonly ConditionEvent[],
    messages: readonly InboundMessage[],
  ): Promise<StoredMessage[]> {
    return this.#deps.writer.submit((unit) => this.ingestReportIn(unit, events, messages));
  }

  /** The same as part of a larger change. */
  ingestReportIn(
    unit: Unit,
    events: readonly ConditionEvent[],
    messages: readonly InboundMessage[],
  ): StoredMessage[] {
    const { engine, intake, clock } = this.#deps;
    const now = clock.now();
    for (const event of events) engine.apply(unit, event, now);
    return messages.map((message) => intake.apply(unit, message, now));
  }

  /** Closes a message that its sender takes back, and cancels what is queued for it; else does nothing. */
  withdrawMessage(withdrawal: Withdrawal): Promise<void> {
    const { intake, clock, writer } = this.#deps;
    return writer.submit((unit) => intake.withdraw(unit, withdrawal, clock.now()));
  }

  /** As the push stream shows it; null when it is gone. */
  get(id: string): Alert | null {
    const row = this.#deps.tables.alerts.byId(id);
    return row ? this.#show(row) : null;
  }

  detail(id: string): AlertDetail | null {
    const messages = this.#deps.settings.messages();
    const { alerts, conditions, timeline } = this.#deps.tables;
    const row = alerts.byId(id);
    if (!row) return null;
    const events = timeline.byAlert(id);
    const condition = row.flapping ? conditions.byId(row.conditionId) : null;
    return {
      alert: this.#show(row),
      timeline: events.map((event) => ({ ...event, detail: renderReason(messages, event.reason) })),
      reasons: timeline.reasons(id),
      raisedAt: events[0]?.at ?? row.startedAt,
      flappingEvidence: condition && this.#evidence(condition),
      isComplete: this.#keepsAll(row),
      steps: this.#deps.plans.stepsToCome(id),
      escalationChannels: this.#deps.routes.escalation(row).map(({ channelId }) => channelId),
    };
  }

  list(query: ParsedInput<'alerts.list'>): Result<Output<'alerts.list'>> {
    const { cursor, ...asked } = query;
    const after = cursor === undefined ? null : readCursor(cursor);
    if (after === undefined) {
      return refuseField('invalid_input', 'cursor', { code: 'issue.cursor', params: {} });
    }
    const { rows, total, isAtLeast, next } = this.#deps.tables.alertPages.list(asked, after);
    return ok({
      items: rows.map((row) => this.#show(row)),
      nextCursor: next && writeCursor(next, query.sort),
      total,
      ...(isAtLeast && { totalIsAtLeast: true }),
    });
  }

  groups(query: ParsedInput<'alerts.groups'>): Output<'alerts.groups'> {
    return this.#deps.tables.alertPages.groups(query);
  }

  /** Names and values for a search that is being typed. */
  labels(query: ParsedInput<'labels.list'>): Output<'labels.list'> {
    return { items: suggested(this.#deps.tables.alertLabels.newest(LOOKED_AT_MAX), query) };
  }

  /** Returns open alerts that nobody has acknowledged, the worst first, then the newest. */
  worst(limit: number): Alert[] {
    return this.#deps.tables.overview.openAlerts(limit).map((row) => this.#show(row));
  }

  /** Conditions that flap now, the latest change first. */
  flapping({ q = '' }: ParsedInput<'conditions.flapping'>): Output<'conditions.flapping'> {
    const { conditions, alerts } = this.#deps.tables;
    return {
      items: conditions.flapping(FLAPPING_MAX).flatMap((condition) => {
        const evidence = this.#evidence(condition);
        if (!evidence) return [];
        const { source, host, kind, dedupKey } = condition;
        const row = alerts.newestOfCondition(condition.id);
        const { severity = 'info', labels = {}, message = '' } = row ?? {};
        const subject = { source, host, kind, dedupKey, severity, labels };
        if (!isFound(q, subject, [host, kind, source, message])) return [];
        return [{ ...evidence, source, host, kind, dedupKey, alert: row && this.#show(row) }];
      }),
    };
  }

  /** Does it to one alert; `wrong_state` when that is not possible now, `not_found`. */
  act(id: string, action: AlertAction, actor: string): Promise<Result<Alert>> {
    return this.#deps.writer.submit((unit) => this.actWithin(unit, id, action, actor));
  }

  /**
   * The same as part of a larger change. A notice of an alert that fired again before its recovery was sent stands
   * for the new one, so its button acts on that.
   */
  actWithin(unit: Unit, id: string, action: AlertAction, actor: string): Result<Alert> {
    const { tables, clock } = this.#deps;
    const isOfNotice = action.kind === 'acknowledge' || action.kind === 'snooze';
    const standing = (isOfNotice ? tables.threads.continuedBy(null, id) : null) ?? id;
    const changed = this.#do(unit, standing, action, actor, clock.now());
    if (changed) return ok(this.#show(changed));
    const current = tables.alerts.byId(id);
    if (!current) return refuse('not_found', { code: 'error.alert_unknown', params: {} });
    const params = { state: hindrance(current, action), action: action.kind };
    return refuse('wrong_state', { code: 'error.alert_state', params });
  }

  /** Does it to many, in batches that let ingest through; each batch is one durable unit. */
  async actOnMany(
    { ids, filter }: Pick<ParsedInput<'alerts.acknowledgeMany'>, 'ids' | 'filter'>,
    action: AlertAction,
    actor: string,
  ): Promise<Output<'alerts.acknowledgeMany'>> {
    const { writer, clock } = this.#deps;
    const { alertPages: pages } = this.#deps.tables;
    const outcome = { changed: 0, unchanged: 0 };
    // Alerts that arrive in the meantime are not included.
    const upTo = pages.newestSeq();
    const remaining = ids ? [...new Set(ids)] : null;
    for (let after = 0; ;) {
      const found = remaining ? [] : pages.openIds(filter ?? {}, { after, upTo }, BULK_BATCH);
      const batch = remaining?.splice(0, BULK_BATCH) ?? found.map(({ id }) => id);
      if (batch.length === 0) return outcome;
      after = found.at(-1)?.seq ?? after;
      const changed = await writer.submit((unit) => {
        const now = clock.now();
        return batch.filter((id) => this.#do(unit, id, action, actor, now) !== null).length;
      });
      outcome.changed += changed;
      outcome.unchanged += batch.length - changed;
    }
  }

  /** Null when the alert's state does not allow it, or it is not there. */
  #do(unit: Unit, id: string, action: AlertAction, actor: string, now: number): AlertRow | null {
    const changed = this.#change(unit, id, action, actor, now);
    if (!changed) return null;
    const { kind, host } = changed;
    this.#deps.tables.audit.append({
      at: now,
      actor,
      action: `alert.${action.kind}`,
      subject: id,
      reason: { code: 'audit.alert', params: { kind, host } },
    });
    return changed;
  }

  #change(
    unit: Unit,
    id: string,
    action: AlertAction,
    actor: string,
    now: number,
  ): AlertRow | null {
    const { engine } = this.#deps;
    switch (action.kind) {
      case 'acknowledge':
        return engine.acknowledge(unit, id, actor, now);
      case 'unacknowledge':
        return engine.unacknowledge(unit, id, actor, now);
      case 'resolve':
        return engine.resolveByHand(unit, id, actor, now);
      case 'snooze':
        return engine.snooze(unit, id, now + action.durationMs, actor, now);
      case 'settle':
        return engine.settle(unit, id, actor, now);
      case 'unsnooze':
        return engine.unsnooze(unit, id, {
          actor,
          reason: { code: 'event.unsnoozed', params: {} },
          at: now,
        });
    }
  }

  #keepsAll({ closedAt }: AlertRow): boolean {
    const { settings, clock } = this.#deps;
    const keptMs = settings.current().retention.deliveredDays * DAY_MS;
    return closedAt === null || closedAt > clock.now() - keptMs;
  }

  #evidence(condition: ConditionRow): FlappingEvidence | null {
    const { flappingSince, lastTransitionAt, transitions } = condition;
    if (flappingSince === null || lastTransitionAt === null) return null;
    const settlesAt = this.#deps.flapping.settlesAt(lastTransitionAt);
    return { since: flappingSince, settlesAt, transitions: [...transitions] };
  }

  #show(row: AlertRow): Alert {
    return toAlert(row, row.closedAt === null ? this.#mutedBy(row) : null);
  }

  #mutedBy(row: AlertRow): Hold | null {
    const mute = this.#deps.mutes.muteOf(row, 'raised', this.#deps.clock.now());
    if (!mute) return null;
    const { kind, reason, until } = mute;
    return { kind, detail: renderReason(this.#deps.settings.messages(), reason), reason, until };
  }
}
