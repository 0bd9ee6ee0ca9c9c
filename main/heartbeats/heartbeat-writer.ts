import { assert } from '../base/assert.ts';
import type { HeartbeatEvent, Heartbeat } from '../contract/heartbeat.ts';
import type { AlertReason, HeartbeatReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import {
  dayOf,
  isCounted,
  keptSince,
  sinceOf,
  spansOf,
  timeIn,
  type Span,
} from '../domain/heartbeat-history.ts';
import { mayBecome } from '../domain/heartbeat-ping.ts';
import { boundedMessage } from '../ingest/event.ts';
import type { HeartbeatHistoryTable } from '../store/heartbeat-history-table.ts';
import type { HeartbeatRow } from '../store/heartbeat-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';

export interface HeartbeatWriterDeps {
  readonly tables: Pick<Tables, 'heartbeats' | 'heartbeatEvents' | 'heartbeatHistory'>;
  /** The engine's: raises, touches or resolves inside the same transaction. */
  readonly apply: (unit: Unit, event: ConditionEvent, now: number) => unknown;
  /** The open alert of that condition; null when none is open. */
  readonly opened: (event: ConditionEvent) => Said | null;
  readonly messages: () => Messages;
}

/** The message of an alert. */
type Said = Pick<ConditionEvent, 'message' | 'messageReason'>;

/** An empty message, where only the condition matters. */
const NOTHING: Said = { message: '' };

/** A row of the timeline without its id and moment. */
export type Note = Pick<HeartbeatEvent, 'type'> & Partial<Omit<HeartbeatEvent, 'id' | 'at'>>;

/**
 * Every change of a stored heartbeat goes through here, inside the caller's transaction: the row, its
 * timeline, its history, its alert, and what the windows hear of it belong together.
 */
export class HeartbeatWriter {
  readonly #deps: HeartbeatWriterDeps;

  constructor(deps: HeartbeatWriterDeps) {
    this.#deps = deps;
  }

  add(unit: Unit, row: HeartbeatRow, reason: HeartbeatReason, now: number): void {
    this.#deps.tables.heartbeats.put(row);
    this.note(unit, row.id, { type: 'created', reason }, now);
  }

  /** Replaces the row and returns it as it is stored. `before` must be what was stored. */
  change(unit: Unit, before: HeartbeatRow, changed: HeartbeatRow, now: number): HeartbeatRow {
    const after = { ...changed, stateSince: sinceOf(before, changed, now) };
    if (before.state !== after.state) this.#passed(before, now);
    assert(
      mayBecome(before.state, after.state),
      `no heartbeat goes ${before.state}→${after.state}`,
    );
    assert(this.#deps.tables.heartbeats.save(after, before.state), 'a heartbeat is as it was read');
    unit.changed({ entity: 'heartbeat', id: after.id });
    if ((before.state === 'down') !== (after.state === 'down')) unit.changed({ entity: 'status' });
    return after;
  }

  note(unit: Unit, heartbeatId: string, note: Note, now: number): void {
    const { type, detail = '', reason = null } = note;
    const { runId = null, exitStatus = null, durationMs = null } = note;
    const event = { heartbeatId, at: now, type, runId, exitStatus, durationMs, detail, reason };
    this.#deps.tables.heartbeatEvents.append(event);
    if (isCounted(type)) this.#add(heartbeatId, dayOf(now), { [type]: 1 }, now);
    unit.changed({ entity: 'heartbeat', id: heartbeatId });
  }

  /** Its timeline goes with it; its alert resolves. */
  remove(unit: Unit, row: HeartbeatRow, why: AlertReason, now: number): void {
    assert(this.#deps.tables.heartbeats.delete(row.id), 'a heartbeat that is deleted was there');
    unit.changed({ entity: 'heartbeat', id: row.id });
    this.endWarning(unit, row, why, now);
    if (row.state !== 'down') return;
    unit.changed({ entity: 'status' });
    this.resolve(unit, row, why, now);
  }

  raise(unit: Unit, row: Watched, reason: AlertReason, now: number): void {
    this.#raise(unit, row, this.#said(reason), now);
  }

  resolve(unit: Unit, row: Watched, reason: AlertReason, now: number): void {
    this.#deps.apply(unit, heartbeatCondition(row, 'resolved', this.#said(reason)), now);
  }

  /** Raises the alert of a run that ended with warnings. */
  warn(unit: Unit, row: Watched, reason: AlertReason, now: number): void {
    this.#deps.apply(unit, warningCondition(row, 'firing', this.#said(reason)), now);
  }

  /** Resolves the alert of an earlier run that ended with warnings, if one is open. */
  endWarning(unit: Unit, row: Watched, reason: AlertReason, now: number): void {
    if (this.#deps.opened(warningCondition(row, 'firing', NOTHING)) === null) return;
    this.#deps.apply(unit, warningCondition(row, 'resolved', this.#said(reason)), now);
  }

  /** The alert of a run with warnings follows its heartbeat to another host. */
  moveWarning(unit: Unit, before: Watched, after: Watched, now: number): void {
    const opened = this.#deps.opened(warningCondition(before, 'firing', NOTHING));
    if (opened === null || before.host === after.host) return;
    const { host } = after;
    this.endWarning(unit, before, { code: 'heartbeat.moved_to_host', params: { host } }, now);
    this.#deps.apply(unit, warningCondition(after, 'firing', opened), now);
  }

  /**
   * Says again of an open alert that its heartbeat is down, as other senders do: what is true must
   * not expire. What a person has resolved stays resolved.
   */
  stillDown(unit: Unit, row: Watched, now: number): void {
    const opened = this.#deps.opened(heartbeatCondition(row, 'firing', NOTHING));
    if (opened !== null) this.#raise(unit, row, opened, now);
  }

  /** The alert of a heartbeat that is down follows it to another host, kind or severity. */
  moveAlert(unit: Unit, before: Watched, after: Watched, now: number): void {
    if (before.host === after.host && before.kind === after.kind) {
      if (before.severity !== after.severity) this.stillDown(unit, after, now);
      return;
    }
    const opened = this.#deps.opened(heartbeatCondition(before, 'firing', NOTHING));
    if (opened === null) return;
    const { kind, host } = after;
    this.resolve(unit, before, { code: 'heartbeat.moved', params: { kind, host } }, now);
    this.#raise(unit, after, opened, now);
  }

  /** Adds the time that it was in its state, which ends now, to its history. */
  #passed({ id, state, stateSince }: HeartbeatRow, now: number): void {
    if (state !== 'up' && state !== 'down') return;
    for (const { ms, ...span } of spansOf(stateSince, now)) {
      this.#add(id, span, timeIn(state, ms), now);
    }
  }

  #add(id: string, span: Span, amounts: Parameters<HeartbeatHistoryTable['add']>[2], now: number) {
    const since = keptSince(span.lengthMs, now);
    this.#deps.tables.heartbeatHistory.add(id, span, amounts, since);
  }

  #raise(unit: Unit, row: Watched, said: Said, now: number): void {
    this.#deps.apply(unit, heartbeatCondition(row, 'firing', said), now);
  }

  #said(messageReason: AlertReason): Said {
    const message = boundedMessage(renderReason(this.#deps.messages(), messageReason));
    return { message, messageReason };
  }
}

/** The source of every heartbeat's alert. */
const SOURCE = 'heartbeat';

type Watched = Readonly<Pick<Heartbeat, 'id' | 'name' | 'host' | 'kind' | 'severity'>>;

/** Returns the condition that a run with warnings raises: the job is alive, so its heartbeat is not down. */
const warningCondition = (
  watched: Watched,
  status: ConditionEvent['status'],
  said: Said,
): ConditionEvent => ({
  ...heartbeatCondition(watched, status, said),
  kind: 'run_warning',
  severity: 'warning',
});

/** The report that a heartbeat is down, or no longer. Its id tells several of one host and kind apart. */
const heartbeatCondition = (
  { id, name, host, kind, severity }: Watched,
  status: ConditionEvent['status'],
  { message, messageReason }: Said,
): ConditionEvent => ({
  source: SOURCE,
  host,
  kind,
  dedupKey: id,
  status,
  severity,
  message,
  messageReason,
  labels: { heartbeat: name },
  annotations: {},
  url: null,
  // Belfry says so itself, by its own clock and just now.
  occurredAt: null,
  endsAt: null,
});
