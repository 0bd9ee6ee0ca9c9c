import type { ChannelAdapter } from '../channels/channel-adapter.ts';
import { Collection, type CollectionDeps, type Stamps } from '../collections/collection.ts';
import { Mirror } from '../collections/mirror.ts';
import { channelInput, type Channel, type ChannelInput } from '../contract/channel.ts';
import type { ChannelKind } from '../contract/channel-kind.ts';
import type { ChannelTemplateFailure } from '../contract/channel-template.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Input, ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import { firstAlongChain, routesTo } from '../domain/fallback-chain.ts';
import { RETRY_PRESETS } from '../domain/retry-policy.ts';
import type { ChannelRow, ChannelTable } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import {
  badFallback,
  badRetry,
  configured,
  newChannel,
  patchedChannel,
  repairReason,
  type ChannelFacts,
  type RepairListener,
} from './channel-change.ts';
import { isHeld, toChannel } from './channel-facts.ts';
import { ChannelConfigs, type ChannelConfigsDeps } from './channel-configs.ts';
import type { ChannelTemplates } from './channel-templates.ts';

export interface ChannelServiceDeps
  extends ChannelConfigsDeps, CollectionDeps, Pick<Tables, 'notifications'> {
  readonly rows: ChannelTable;
  readonly templates: ChannelTemplates;
}

/**
 * The configured channels, kept in memory as the database has them, and every change to them.
 * Configurations stay sealed until an attempt needs one, so what is queued always uses the newest.
 */
export class ChannelService {
  readonly collection;
  readonly #deps: ChannelServiceDeps;
  readonly #configs: ChannelConfigs;
  readonly #rows;
  #onRepaired: RepairListener | null = null;

  constructor(deps: ChannelServiceDeps) {
    const { rows } = deps;
    this.#deps = deps;
    this.#configs = new ChannelConfigs(deps);
    this.#rows = new Mirror<ReadonlyMap<string, ChannelRow>>(
      () => new Map(rows.all().map((row) => [row.id, row])),
    );
    this.collection = new Collection<
      ChannelRow,
      Input<'channels.create'>,
      ParsedInput<'channels.update'>,
      Channel
    >(deps, {
      rows,
      audit: 'channel',
      max: LIMITS.channelsMax,
      uniqueNames: true,
      reason: ({ name, kind, enabled }) => ({
        code: 'audit.channel',
        params: { name, kind, enabled },
      }),
      show: (shown) => shown.map((row) => this.shown(row)),
      create: (given, stamps) => this.#made(channelInput.parse(given), stamps),
      update: (before, patch, now) => this.#patched(before, patch, now),
      write: ({ unit, before, after }) => {
        const repaired = repairReason(before, after);
        rows.put(after);
        if (repaired) this.#onRepaired?.(unit, after.id, repaired);
      },
      remove: ({ unit, before, now }) => this.#remove(unit, before, now),
      changed: ({ unit, before, after }) => {
        this.#rows.reload(unit);
        this.#changed(unit, (after ?? before)?.id ?? '');
        // A route may have lost its last usable channel, or has one again.
        unit.changed({ entity: 'routes' });
        // A changed channel may have rows that waited for just this change; all of them show it.
        if (before && after) this.#wake(unit, after.id);
      },
    });
  }

  /** Adds a channel. */
  async create(input: Input<'channels.create'>, actor: string): Promise<Result<Channel>> {
    await this.templates.prepare(input.templates);
    return this.collection.create(input, actor);
  }

  /** Changes a channel: what is left out stays. */
  async update(patch: ParsedInput<'channels.update'>, actor: string): Promise<Result<Channel>> {
    await this.templates.prepare(patch.templates);
    return this.collection.update(patch, actor);
  }

  /** The texts that channels' templates make. */
  get templates(): ChannelTemplates {
    return this.#deps.templates;
  }

  /** Sets who learns that a channel was changed in a way that may end its failures. */
  onRepaired(listener: RepairListener): void {
    this.#onRepaired = listener;
  }

  get(id: string): ChannelRow | null {
    return this.#rows.value.get(id) ?? null;
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
    return [...this.#rows.value.values()];
  }

  enabled(): ChannelRow[] {
    return this.all().filter((row) => row.enabled);
  }

  /** Returns the channel as the contract shows it. */
  shown(row: ChannelRow): Channel {
    return toChannel(row, this.#configs.target(row));
  }

  adapter(kind: ChannelKind): ChannelAdapter<unknown> {
    return this.#deps.adapters[kind];
  }

  /** The opened configuration. Throws when it was sealed with another key. */
  config(row: ChannelRow): unknown {
    return this.#configs.open(row).config;
  }

  /** Returns true if the configuration holds all that a send needs; false also when it cannot be opened. */
  isComplete(row: ChannelRow): boolean {
    return this.#configs.isComplete(row);
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
    const before = this.get(row.id);
    this.#rows.set(unit, new Map(this.#rows.value).set(row.id, row));
    this.#deps.rows.putHealth(row);
    this.#changed(unit, row.id);
    // Everything that is queued for it is held from now on, or no longer.
    if (before?.attention?.holds !== row.attention?.holds) this.#wake(unit, row.id);
  }

  /** Keeps a template's failure with its channel, in the transaction of the message that was sent without it. */
  putTemplateFailure(unit: Unit, id: string, failure: ChannelTemplateFailure): void {
    const before = this.get(id);
    if (!before) return;
    const row = { ...before, templateFailure: failure };
    this.#rows.set(unit, new Map(this.#rows.value).set(id, row));
    this.#deps.rows.putTemplateFailure(row);
    this.#changed(unit, id);
  }

  /** Reads the rows again after their configurations were sealed with another key. */
  reload(unit: Unit): void {
    this.#rows.reload(unit);
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
    const row = { ...before, ...this.#configs.sealed(before, merged.value), updatedAt: now };
    this.collection.storeIn(unit, row, before, 'belfry', 'update');
  }

  #changed(unit: Unit, id: string): void {
    unit.changed({ entity: 'channel', id });
    unit.changed({ entity: 'status' });
  }

  /** It may take, or keep, more than before: so may those that would leave theirs to it. All that waits shows it. */
  #wake(unit: Unit, id: string): void {
    for (const channelId of [id, ...routesTo(this.all(), id)]) unit.enqueued(channelId);
    unit.changed({ entity: 'everything' });
  }

  #made(input: ChannelInput, stamps: Stamps): Result<ChannelRow> {
    const refusal =
      badFallback(this.all(), null, input.fallbackChannelId) ??
      badRetry(input.retry, RETRY_PRESETS.default) ??
      this.templates.refusal(input.templates);
    if (refusal) return refusal;
    const config = this.#configs.checked(input.kind, input.config);
    if (!config.ok) return config;
    const facts = newChannel(input, stamps);
    return ok(configured(facts, this.#configs.sealed(facts, config.value)));
  }

  #patched(
    before: ChannelRow,
    patch: ParsedInput<'channels.update'>,
    now: number,
  ): Result<ChannelRow> {
    const refusal =
      badFallback(this.all(), before.id, patch.fallbackChannelId) ??
      badRetry(patch.retry, before.retry) ??
      this.templates.refusal(patch.templates);
    if (refusal) return refusal;
    const repairs =
      patch.config !== undefined || (patch.enabled === true && this.#configs.isComplete(before));
    const facts = patchedChannel(before, patch, repairs, now);
    if (patch.config === undefined) return ok(facts);
    const merged = this.#configs.merged(before, patch.config);
    return merged.ok ? ok(configured(facts, this.#configs.sealed(facts, merged.value))) : merged;
  }

  /** Stores a pause that begins, moves or ends, in the caller's transaction. All that waits for it shows that. */
  putPause(unit: Unit, row: ChannelRow): Channel {
    this.#deps.rows.put(row);
    this.#rows.reload(unit);
    this.#changed(unit, row.id);
    this.#wake(unit, row.id);
    return this.shown(row);
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
    const before = this.get(facts.id);
    const row =
      before && config === null
        ? { ...before, ...facts }
        : configured(facts, this.#configs.sealed(facts, config ?? {}));
    this.collection.storeIn(unit, row, before, actor, before ? 'update' : 'create');
    if (!before) this.#wake(unit, row.id);
  }

  /** Cancels what is queued for it, dead letters included, with it. */
  #remove(unit: Unit, { id, name }: ChannelRow, now: number) {
    const { rows, notifications } = this.#deps;
    rows.delete(id);
    const cancelled = notifications.cancelChannel(id, now);
    for (const notificationId of cancelled) {
      unit.changed({ entity: 'notification', id: notificationId });
    }
    for (const other of rows.clearFallback(id)) unit.changed({ entity: 'channel', id: other });
    const params = { name, cancelled: cancelled.length };
    const reason = { code: 'audit.channel_deleted', params } as const;
    return { cancelled: cancelled.length, reason };
  }
}
