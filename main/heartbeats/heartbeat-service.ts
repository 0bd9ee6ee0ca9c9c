import type { Clock } from '../base/clock.ts';
import type { NewId } from '../base/ids.ts';
import type { Heartbeat, HeartbeatInput, heartbeatDetail } from '../contract/heartbeat.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { cronProblem } from '../domain/cron.ts';
import {
  NOTHING_EXPECTED,
  recount,
  type Known,
  type Promised,
} from '../domain/heartbeat-expectation.ts';
import { expectingNothing } from '../domain/heartbeat-ping.ts';
import { slugFrom } from '../domain/heartbeat-slug.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { HeartbeatEventTable } from '../store/heartbeat-event-table.ts';
import type { HeartbeatRow, HeartbeatTable } from '../store/heartbeat-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { HeartbeatWriter } from './heartbeat-writer.ts';
import type { z } from 'zod';

export interface HeartbeatServiceDeps {
  readonly heartbeats: HeartbeatTable;
  readonly heartbeatEvents: HeartbeatEventTable;
  readonly record: HeartbeatWriter;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Random, a UUID of version 4: whoever knows it may ping. */
  readonly newPingId: () => string;
}

type HeartbeatDetail = z.infer<typeof heartbeatDetail>;

/** What operators do with heartbeats. Nothing is kept in memory: the rows are few, and the truth. */
export class HeartbeatService {
  readonly #deps: HeartbeatServiceDeps;

  constructor(deps: HeartbeatServiceDeps) {
    this.#deps = deps;
  }

  /** By name, with their ping ids. */
  list(): HeartbeatRow[] {
    return this.#deps.heartbeats.all();
  }

  /** As everybody may see it who may read: without its ping id. */
  get(id: string): Heartbeat | null {
    const row = this.#deps.heartbeats.byId(id);
    return row && { ...row, pingId: null };
  }

  /** With its ping id. */
  detail(id: string): Result<HeartbeatDetail> {
    const row = this.#deps.heartbeats.byId(id);
    if (!row) return noSuchHeartbeat();
    return ok({ ...row, timeline: this.#deps.heartbeatEvents.byHeartbeat(id) });
  }

  create(input: HeartbeatInput, actor: string): Promise<Result<Heartbeat>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  /** As `create`, in the caller's transaction; its ping address is a new one unless `pingId` names it. */
  createIn(
    unit: Unit,
    input: HeartbeatInput,
    actor: string,
    pingId = this.#deps.newPingId(),
  ): Result<HeartbeatRow> {
    const { heartbeats, clock, newId, record } = this.#deps;
    if (heartbeats.count() >= LIMITS.heartbeatsMax) {
      const message = `At most ${LIMITS.heartbeatsMax} heartbeats; delete one first.`;
      return fail('invalid_input', message);
    }
    const slug = input.slug ?? slugFrom(input.name);
    const problem = this.#problem(input, slug, null) ?? this.#addressTaken(pingId, null);
    if (problem) return problem;
    const now = clock.now();
    const row: HeartbeatRow = {
      ...input,
      slug,
      host: input.host ?? input.name,
      id: newId(),
      pingId,
      state: 'new',
      lastPingAt: null,
      startedAt: null,
      lastDurationMs: null,
      ...NOTHING_EXPECTED,
      createdAt: now,
      updatedAt: now,
    };
    record.add(unit, row, `Made by ${actor}.`, now);
    this.#audit(row, actor, 'heartbeat.create', now);
    return ok(row);
  }

  update(input: ParsedInput<'heartbeats.update'>, actor: string): Promise<Result<Heartbeat>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  /** As `update`, in the caller's transaction; with `pingId` it gets another ping address. */
  updateIn(
    unit: Unit,
    input: ParsedInput<'heartbeats.update'>,
    actor: string,
    pingId?: string,
  ): Result<HeartbeatRow> {
    const { heartbeats, clock, record } = this.#deps;
    const before = heartbeats.byId(input.id);
    if (!before) return noSuchHeartbeat();
    const slug = input.slug ?? before.slug;
    const problem =
      this.#problem(input, slug, before.id) ?? this.#addressTaken(pingId ?? null, before.id);
    if (problem) return problem;
    const now = clock.now();
    const address = { slug, pingId: pingId ?? before.pingId };
    const facts = { ...before, ...input, ...address, host: input.host ?? input.name };
    const after = { ...facts, ...this.#expectedAnew(before, facts, now), updatedAt: now };
    record.change(unit, before, after);
    if (after.lateAt !== before.lateAt) {
      const detail = `What is expected was changed by ${actor}.`;
      record.note(unit, after.id, { type: 'grace_renewed', detail }, now);
    }
    record.moveWarning(unit, before, after, now);
    if (before.state === 'down') {
      if (after.state === 'down') record.moveAlert(unit, before, after, now);
      else record.resolve(unit, before, 'By its new schedule it is not late', now);
    }
    this.#audit(after, actor, 'heartbeat.update', now);
    return ok(after);
  }

  /** As `delete`, in the caller's transaction. */
  deleteIn(unit: Unit, id: string, actor: string): Result<{ status: 'deleted' }> {
    const { heartbeats, clock, record } = this.#deps;
    const row = heartbeats.byId(id);
    if (!row) return noSuchHeartbeat();
    const now = clock.now();
    record.remove(unit, row, `Its heartbeat was deleted by ${actor}`, now);
    this.#audit(row, actor, 'heartbeat.delete', now);
    return ok({ status: 'deleted' });
  }

  pause(id: string, actor: string): Promise<Result<Heartbeat>> {
    return this.#expectNothing(id, actor, 'paused');
  }

  resume(id: string, actor: string): Promise<Result<Heartbeat>> {
    return this.#expectNothing(id, actor, 'new');
  }

  #expectNothing(id: string, actor: string, state: 'paused' | 'new'): Promise<Result<Heartbeat>> {
    const { heartbeats, writer, clock, record } = this.#deps;
    const pausing = state === 'paused';
    return writer.submit((unit): Result<Heartbeat> => {
      const before = heartbeats.byId(id);
      if (!before) return noSuchHeartbeat();
      if ((before.state === 'paused') === pausing) {
        const message = `This heartbeat is ${pausing ? 'already paused' : 'not paused'}.`;
        return fail('wrong_state', message, { state: before.state });
      }
      const now = clock.now();
      const after = { ...before, ...expectingNothing(before, state), updatedAt: now };
      record.change(unit, before, after);
      const type = pausing ? 'paused' : 'resumed';
      const detail = `${pausing ? 'Paused' : 'Resumed'} by ${actor}.`;
      record.note(unit, id, { type, detail }, now);
      const why = `Its heartbeat was paused by ${actor}`;
      if (before.state === 'down') record.resolve(unit, before, why, now);
      if (pausing) record.endWarning(unit, before, why, now);
      this.#audit(after, actor, pausing ? 'heartbeat.pause' : 'heartbeat.resume', now);
      return ok(after);
    });
  }

  /**
   * What an edit makes of what is expected. Whoever changes the promise rarely changes the sender in
   * the same minute, so silence counts from now. One that is late by the old promise and not by the new
   * is up again; one that reported a failure stays down until it went well.
   */
  #expectedAnew(before: HeartbeatRow, facts: HeartbeatRow, now: number): Partial<Known> {
    if (samePromise(before, facts) || before.state === 'paused') return {};
    if (before.state !== 'down') return recount(facts, before, now, 'anew');
    if (this.#deps.heartbeatEvents.downBy(before.id) !== 'late') return {};
    const up: Known = { ...before, state: 'up' };
    const { lateAt, ...heard } = recount(facts, up, now, 'as it was');
    return lateAt !== null && lateAt > now ? { ...heard, lateAt, state: 'up' } : {};
  }

  #problem(input: HeartbeatInput, slug: string, except: string | null): Result<never> | null {
    if (input.schedule.type === 'cron') {
      const problem = cronProblem(input.schedule.expression, input.schedule.timeZone);
      if (problem !== null) return fail('invalid_input', `schedule.expression: ${problem}`);
    }
    const taken = this.#deps.heartbeats.bySlug(slug);
    if (!taken || taken.id === except) return null;
    return fail('name_taken', `slug: the heartbeat "${taken.name}" has "${slug}" already.`);
  }

  #addressTaken(pingId: string | null, except: string | null): Result<never> | null {
    const taken = pingId === null ? null : this.#deps.heartbeats.byPingId(pingId);
    if (!taken || taken.id === except) return null;
    return fail(
      'name_taken',
      `pingId: the heartbeat "${taken.name}" has that ping address already.`,
    );
  }

  #audit(row: HeartbeatRow, actor: string, action: string, now: number): void {
    const { name, slug, kind, host } = row;
    const reason = { code: 'audit.heartbeat', params: { name, slug, kind, host } } as const;
    this.#deps.audit.append({ at: now, actor, action, subject: row.id, reason });
  }
}

const samePromise = (one: Promised, other: Promised): boolean =>
  one.kind === other.kind &&
  one.graceMs === other.graceMs &&
  JSON.stringify(one.schedule) === JSON.stringify(other.schedule);

const noSuchHeartbeat = (): Result<never> =>
  fail('not_found', 'There is no heartbeat with this id.');
