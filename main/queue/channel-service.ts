import type { Clock } from '../base/clock.ts';
import type { ChannelAdapter } from '../channels/channel.ts';
import { channelInput, type Channel } from '../contract/channel.ts';
import type { ChannelKind } from '../contract/channel-kind.ts';
import type { Input, ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import { firstAlongChain, routesTo } from '../domain/fallback-chain.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { ChannelRow, ChannelTable } from '../store/channel-table.ts';
import type { NotificationTable } from '../store/notification-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import {
  badFallback,
  badRetry,
  configured,
  nameTaken,
  newChannel,
  patchedChannel,
  repairReason,
  tooMany,
  type ChannelFacts,
  type RepairListener,
} from './channel-change.ts';
import { isHeld, noSuchChannel, toChannel } from './channel-facts.ts';
import { ChannelConfigs, type ChannelConfigsDeps } from './channel-configs.ts';

export interface ChannelServiceDeps extends ChannelConfigsDeps {
  readonly channels: ChannelTable;
  readonly notifications: NotificationTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * The configured channels, kept in memory as the database has them, and every change to them.
 * Configurations stay sealed until an attempt needs one, so what is queued always uses the newest.
 */
export class ChannelService {
  readonly #deps: ChannelServiceDeps;
  readonly #configs: ChannelConfigs;
  #rows: ReadonlyMap<string, ChannelRow> = new Map();
  #onRepaired: RepairListener | null = null;

  constructor(deps: ChannelServiceDeps) {
    this.#deps = deps;
    this.#configs = new ChannelConfigs(deps);
    this.#reload();
  }

  /**
   * Runs a change of channels. What else is in the same transaction already sees it in memory, or a
   * row could be owed to a channel that is just being deleted; when it fails, memory goes back.
   */
  #change<T>(work: (unit: Unit) => T): Promise<T> {
    return this.#deps.writer.submit((unit) => this.#changeIn(unit, () => work(unit)));
  }

  #changeIn<T>(unit: Unit, work: () => T): T {
    this.#undoable(unit);
    const result = work();
    this.#reload();
    return result;
  }

  #undoable(unit: Unit): void {
    const before = this.#rows;
    unit.onUndone(() => (this.#rows = before));
  }

  #reload(): void {
    this.#rows = new Map(this.#deps.channels.all().map((row) => [row.id, row]));
  }

  /** Sets who learns that a channel was changed in a way that may end its failures. */
  onRepaired(listener: RepairListener): void {
    this.#onRepaired = listener;
  }

  get(id: string): ChannelRow | null {
    return this.#rows.get(id) ?? null;
  }

  /** The first channel along the chain of fallbacks that is not held; null when there is none. */
  usableFallback(id: string): ChannelRow | null {
    return this.#fallback(id, (channel) => !isHeld(channel));
  }

  /** The first that at least keeps what it is given until a person or the end of a pause; never a disabled one. */
  waitingFallback(id: string): ChannelRow | null {
    return this.#fallback(id, ({ enabled }) => enabled);
  }

  #fallback(id: string, isUsable: (channel: ChannelRow) => boolean): ChannelRow | null {
    return firstAlongChain(id, (it) => this.get(it), isUsable);
  }

  byName(name: string): ChannelRow | null {
    return this.all().find((row) => row.name === name) ?? null;
  }

  all(): ChannelRow[] {
    return [...this.#rows.values()];
  }

  enabled(): ChannelRow[] {
    return this.all().filter((row) => row.enabled);
  }

  adapter(kind: ChannelKind): ChannelAdapter<unknown> {
    return this.#deps.adapters[kind];
  }

  /** The opened configuration. Throws when it was sealed with another key. */
  config(row: ChannelRow): unknown {
    return this.#configs.open(row);
  }

  /** The same for whoever can do without: nothing when it cannot be opened. */
  configFields(row: ChannelRow): Readonly<Record<string, unknown>> {
    return this.#configs.fields(row);
  }

  /** Returns what is wrong with a configuration that no schema sees; null when nothing is. */
  configProblem(kind: ChannelKind, config: Readonly<Record<string, unknown>>) {
    return this.#configs.problem(kind, config);
  }

  /** How a channel's deliveries go, in the transaction of what showed it. */
  putHealth(unit: Unit, row: ChannelRow): void {
    const before = this.#rows.get(row.id);
    this.#undoable(unit);
    this.#rows = new Map(this.#rows).set(row.id, row);
    this.#deps.channels.putHealth(row);
    unit.changed({ entity: 'channel', id: row.id });
    unit.changed({ entity: 'status' });
    if (before?.attention?.holds === row.attention?.holds) return;
    // Everything that it owes is held from now on, or no longer.
    this.#wake(unit, row.id);
    unit.changed({ entity: 'everything' });
  }

  /** Takes over what the service itself says has changed, in the transaction of what it answered. */
  correct(unit: Unit, id: string, fields: Readonly<Record<string, string>>, now: number): void {
    const before = this.get(id);
    if (!before) return;
    const merged = this.#configs.merged(before, fields);
    if (!merged.ok) {
      const fields = { channelId: id, error: merged.error.message };
      this.#deps.logger.log('warn', 'A correction by the service was not taken over', fields);
      return;
    }
    this.#undoable(unit);
    const row = { ...before, ...this.#configs.sealed(before, merged.value), updatedAt: now };
    this.#save(unit, row, 'belfry', 'channel.update');
    this.#rows = new Map(this.#rows).set(id, row);
  }

  /** It may take, or keep, more than before: so may those that would leave theirs to it. */
  #wake(unit: Unit, id: string): void {
    for (const channelId of [id, ...routesTo(this.all(), id)]) unit.enqueued(channelId);
  }

  create(given: Input<'channels.create'>, actor: string): Promise<Result<Channel>> {
    const input = channelInput.parse(given);
    return this.#change((unit) => {
      const existing = this.#deps.channels.all();
      const refusal =
        tooMany(existing) ??
        nameTaken(existing, input.name, null) ??
        badFallback(existing, null, input.fallbackChannelId) ??
        badRetry(input.retry, RETRY_PRESETS.default);
      if (refusal) return refusal;
      const config = this.#configs.checked(input.kind, input.config);
      if (!config.ok) return config;
      const facts = newChannel(input, this.#deps.newId(), this.#deps.clock.now());
      const row = configured(facts, this.#configs.sealed(facts, config.value));
      return ok(this.#save(unit, row, actor, 'channel.create'));
    });
  }

  update(patch: ParsedInput<'channels.update'>, actor: string): Promise<Result<Channel>> {
    return this.#change((unit) => {
      const existing = this.#deps.channels.all();
      const before = existing.find((row) => row.id === patch.id);
      if (!before) return noSuchChannel();
      const refusal =
        nameTaken(existing, patch.name, before.id) ??
        badFallback(existing, before.id, patch.fallbackChannelId) ??
        badRetry(patch.retry, before.retry);
      if (refusal) return refusal;
      const mends =
        patch.config !== undefined || (patch.enabled === true && this.#configs.isComplete(before));
      const facts = patchedChannel(before, patch, mends, this.#deps.clock.now());
      let row: ChannelRow = facts;
      if (patch.config !== undefined) {
        const merged = this.#configs.merged(before, patch.config);
        if (!merged.ok) return merged;
        row = configured(facts, this.#configs.sealed(facts, merged.value));
      }
      // A changed channel may have rows that waited for just this change; all of them show it.
      this.#wake(unit, row.id);
      unit.changed({ entity: 'everything' });
      return ok(this.#save(unit, row, actor, 'channel.update'));
    });
  }

  /** Stores a pause that begins, moves or ends, in the caller's transaction. All that waits for it shows that. */
  putPause(unit: Unit, row: ChannelRow): Channel {
    return this.#changeIn(unit, () => {
      this.#deps.channels.put(row);
      this.#wake(unit, row.id);
      unit.changed({ entity: 'channel', id: row.id });
      unit.changed({ entity: 'status' });
      unit.changed({ entity: 'everything' });
      return toChannel(row);
    });
  }

  /**
   * Stores a whole channel in the caller's transaction, which has seen to its name and its fallback.
   * Without `config` it keeps what is sealed; with one that lacks something it must want a person.
   */
  putIn(
    unit: Unit,
    facts: ChannelFacts,
    config: Readonly<Record<string, unknown>> | null,
    actor: string,
  ): void {
    this.#changeIn(unit, () => {
      const before = this.get(facts.id);
      const row =
        before && config === null
          ? { ...before, ...facts }
          : configured(facts, this.#configs.sealed(facts, config ?? {}));
      unit.enqueued(row.id);
      unit.changed({ entity: 'everything' });
      this.#save(unit, row, actor, before ? 'channel.update' : 'channel.create');
    });
  }

  /** Deletes it and cancels what is queued for it, dead letters included, in the caller's transaction. */
  deleteIn(
    unit: Unit,
    id: string,
    actor: string,
  ): Result<{ status: 'deleted'; cancelled: number }> {
    const { channels, notifications, audit, clock } = this.#deps;
    return this.#changeIn(unit, () => {
      const row = this.get(id);
      if (!row || !channels.delete(id)) return noSuchChannel();
      const now = clock.now();
      const cancelled = notifications.cancelChannel(id, now);
      for (const notificationId of cancelled) {
        unit.changed({ entity: 'notification', id: notificationId });
      }
      for (const other of channels.clearFallback(id)) {
        unit.changed({ entity: 'channel', id: other });
      }
      unit.changed({ entity: 'channel', id });
      unit.changed({ entity: 'routes' });
      unit.changed({ entity: 'status' });
      audit.append({
        at: now,
        actor,
        action: 'channel.delete',
        subject: id,
        reason: {
          code: 'audit.channel_deleted',
          params: { name: row.name, cancelled: cancelled.length },
        },
      });
      return ok({ status: 'deleted', cancelled: cancelled.length });
    });
  }

  #save(unit: Unit, row: ChannelRow, actor: string, action: string): Channel {
    const repaired = repairReason(this.get(row.id), row);
    this.#deps.channels.put(row);
    if (repaired) this.#onRepaired?.(unit, row.id, repaired);
    this.#deps.audit.append({
      at: row.updatedAt,
      actor,
      action,
      subject: row.id,
      reason: {
        code: 'audit.channel',
        params: { name: row.name, kind: row.kind, enabled: row.enabled },
      },
    });
    unit.changed({ entity: 'channel', id: row.id });
    // A route may have lost its last usable channel, or has one again.
    unit.changed({ entity: 'routes' });
    unit.changed({ entity: 'status' });
    return toChannel(row);
  }
}
