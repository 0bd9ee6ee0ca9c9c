import {
  Collection,
  type Change,
  type CollectionDeps,
  type Stamps,
} from '../collections/collection.ts';
import {
  downtimeOf,
  type Heartbeat,
  type HeartbeatHistories,
  type HeartbeatHistory,
  type HeartbeatInput,
  type heartbeatDetail,
} from '../contract/heartbeat.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import { scheduleProblem } from '../domain/cron.ts';
import {
  NOTHING_EXPECTED,
  recount,
  type Known,
  type Promised,
} from '../domain/heartbeat-expectation.ts';
import { firstDay, historyOf, sinceOf } from '../domain/heartbeat-history.ts';
import { expectingNothing } from '../domain/heartbeat-ping.ts';
import { slugFrom } from '../domain/heartbeat-slug.ts';
import { downReason } from '../domain/heartbeat-text.ts';
import { renderReason } from '../messages/reasons.ts';
import type { HeartbeatRow } from '../store/heartbeat-table.ts';
import type { Tables } from '../store/tables.ts';
import type { HeartbeatWriter } from './heartbeat-writer.ts';
import type { z } from 'zod';
import { refuse, refuseField } from '../messages/failures.ts';

export interface HeartbeatServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'heartbeats' | 'heartbeatEvents' | 'heartbeatHistory'>;
  readonly record: HeartbeatWriter;
  /** Random, a UUID of version 4: whoever knows it may ping. */
  readonly newPingId: () => string;
}

/** Heartbeats whose past is read in one turn, in some milliseconds. */
const HISTORY_BATCH = 25;

type HeartbeatDetail = z.infer<typeof heartbeatDetail>;

/** The ping address, which an import knows besides. */
interface WithPingId {
  readonly pingId?: string | undefined;
}
type Update = ParsedInput<'heartbeats.update'> & WithPingId;

/** Serves heartbeats to operators. Nothing is kept in memory: the rows are few, and the truth. */
export class HeartbeatService {
  readonly collection;
  readonly #deps: HeartbeatServiceDeps;

  constructor(deps: HeartbeatServiceDeps) {
    const { record } = deps;
    this.#deps = deps;
    this.collection = new Collection<
      HeartbeatRow,
      HeartbeatInput & WithPingId,
      Update,
      HeartbeatRow
    >(deps, {
      rows: deps.tables.heartbeats,
      audit: 'heartbeat',
      max: LIMITS.heartbeatsMax,
      uniqueNames: false,
      reason: ({ name, slug, kind, host }) => ({
        code: 'audit.heartbeat',
        params: { name, slug, kind, host },
      }),
      show: (shown) => [...shown],
      create: (input, stamps) => ok(this.#made(input, stamps)),
      update: (before, input, now) => ok(this.#edited(before, input, now)),
      problem: (row) => this.#problem(row),
      write: (change) => this.#write(change),
      remove: ({ unit, before, actor, now }) => {
        const why = { code: 'heartbeat.alert_deleted', params: { actor } } as const;
        record.remove(unit, before, why, now);
      },
    });
  }

  /** As everybody may see it who may read: without its ping id. */
  get(id: string): Heartbeat | null {
    const row = this.#deps.tables.heartbeats.byId(id);
    return row && { ...row, pingId: null };
  }

  /** With its ping id. */
  detail(id: string): Result<HeartbeatDetail> {
    const row = this.#deps.tables.heartbeats.byId(id);
    if (!row) return this.collection.missing();
    const { tables, messages } = this.#deps;
    const timeline = tables.heartbeatEvents.byHeartbeat(id).map((event) => ({
      ...event,
      detail: event.reason ? renderReason(messages(), event.reason) : event.detail,
    }));
    const { days } = historyOf(tables.heartbeatHistory.of([id]), row, this.#deps.clock.now());
    return ok({ ...row, timeline, days: [...days] });
  }

  /** Returns the last 90 days of all heartbeats, a batch in each turn, so that ingest gets its own. */
  async history(): Promise<HeartbeatHistories> {
    const { tables, clock } = this.#deps;
    const now = clock.now();
    const downBy = new Map(tables.heartbeatEvents.ofDown().map((it) => [it.heartbeatId, it]));
    const rows = tables.heartbeats.all();
    const items: HeartbeatHistory[] = [];
    for (let at = 0; at < rows.length; at += HISTORY_BATCH) {
      if (at > 0) await new Promise(setImmediate);
      const batch = rows.slice(at, at + HISTORY_BATCH);
      const spans = tables.heartbeatHistory.of(batch.map(({ id }) => id));
      const stored = Map.groupBy(spans, ({ heartbeatId }) => heartbeatId);
      for (const row of batch) {
        const event = downBy.get(row.id);
        const { days, ...uptime } = historyOf(stored.get(row.id) ?? [], row, now);
        items.push({
          id: row.id,
          reason: event ? downReason(event) : null,
          ...uptime,
          downtime: days.map(downtimeOf),
          failures: days.map(({ failed, late }) => failed + late),
        });
      }
    }
    return { at: now, since: firstDay(now), items };
  }

  #made({ pingId, ...input }: HeartbeatInput & WithPingId, stamps: Stamps): HeartbeatRow {
    return {
      ...input,
      ...stamps,
      slug: input.slug ?? slugFrom(input.name),
      host: input.host ?? input.name,
      pingId: pingId ?? this.#deps.newPingId(),
      state: 'new',
      stateSince: stamps.createdAt,
      lastPingAt: null,
      startedAt: null,
      lastDurationMs: null,
      ...NOTHING_EXPECTED,
    };
  }

  /** Its addresses stay unless others are given. */
  #edited(before: HeartbeatRow, { pingId, ...input }: Update, now: number): HeartbeatRow {
    const address = { slug: input.slug ?? before.slug, pingId: pingId ?? before.pingId };
    const facts = { ...before, ...input, ...address, host: input.host ?? input.name };
    const after = { ...facts, ...this.#expectedAnew(before, facts, now), updatedAt: now };
    return { ...after, stateSince: sinceOf(before, after, now) };
  }

  #write({ unit, before, after, actor, now }: Change<HeartbeatRow> & { after: HeartbeatRow }) {
    const { record } = this.#deps;
    if (!before) {
      record.add(unit, after, { code: 'heartbeat.created', params: { actor } }, now);
      return;
    }
    record.change(unit, before, after, now);
    if (after.lateAt !== before.lateAt) {
      const reason = { code: 'heartbeat.expectation_changed', params: { actor } } as const;
      record.note(unit, after.id, { type: 'grace_renewed', reason }, now);
    }
    record.moveWarning(unit, before, after, now);
    if (before.state !== 'down') return;
    if (after.state === 'down') record.moveAlert(unit, before, after, now);
    else record.resolve(unit, before, { code: 'heartbeat.not_late', params: {} }, now);
  }

  pause(id: string, actor: string): Promise<Result<Heartbeat>> {
    return this.#expectNothing(id, actor, 'paused');
  }

  resume(id: string, actor: string): Promise<Result<Heartbeat>> {
    return this.#expectNothing(id, actor, 'new');
  }

  #expectNothing(id: string, actor: string, state: 'paused' | 'new'): Promise<Result<Heartbeat>> {
    const { tables, writer, clock, record } = this.#deps;
    const pausing = state === 'paused';
    return writer.submit((unit): Result<Heartbeat> => {
      const before = tables.heartbeats.byId(id);
      if (!before) return this.collection.missing();
      if ((before.state === 'paused') === pausing) {
        const reason = { code: 'error.heartbeat_paused', params: { isPaused: pausing } } as const;
        return refuse('wrong_state', reason, { state: before.state });
      }
      const now = clock.now();
      const expecting = { ...before, ...expectingNothing(before, state), updatedAt: now };
      const after = record.change(unit, before, expecting, now);
      const type = pausing ? 'paused' : 'resumed';
      const reason = { code: `heartbeat.${type}`, params: { actor } } as const;
      record.note(unit, id, { type, reason }, now);
      const why = { code: 'heartbeat.alert_paused', params: { actor } } as const;
      if (before.state === 'down') record.resolve(unit, before, why, now);
      if (pausing) record.endWarning(unit, before, why, now);
      return ok(this.collection.noteIn(unit, after, before, actor, pausing ? 'pause' : 'resume'));
    });
  }

  /**
   * Returns what an edit changes in what is expected. Whoever changes the promise rarely changes the sender
   * in the same minute, so silence counts from now. One that is late by the old promise and not by the new is
   * up again; one that reported a failure stays down until it went well.
   */
  #expectedAnew(before: HeartbeatRow, facts: HeartbeatRow, now: number): Partial<Known> {
    if (samePromise(before, facts) || before.state === 'paused') return {};
    if (before.state !== 'down') return recount(facts, before, now, 'renewed');
    if (this.#deps.tables.heartbeatEvents.downBy(before.id) !== 'late') return {};
    const up: Known = { ...before, state: 'up' };
    const { lateAt, ...heard } = recount(facts, up, now, 'kept');
    return lateAt !== null && lateAt > now ? { ...heard, lateAt, state: 'up' } : {};
  }

  #problem({ id, schedule, slug, pingId }: HeartbeatRow): Result<never> | null {
    const badSchedule = scheduleProblem(schedule);
    if (badSchedule) return badSchedule;
    const rows = this.#deps.tables.heartbeats;
    const named = rows.bySlug(slug);
    if (named && named.id !== id) {
      const params = { name: named.name, slug };
      return refuseField('name_taken', 'slug', { code: 'issue.slug_taken', params });
    }
    const pinged = rows.byPingId(pingId);
    if (!pinged || pinged.id === id) return null;
    const params = { name: pinged.name };
    return refuseField('name_taken', 'pingId', { code: 'issue.ping_address_taken', params });
  }
}

const samePromise = (one: Promised, other: Promised): boolean =>
  one.kind === other.kind &&
  one.graceMs === other.graceMs &&
  JSON.stringify(one.schedule) === JSON.stringify(other.schedule);
