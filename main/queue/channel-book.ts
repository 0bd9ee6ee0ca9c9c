import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { ChannelAdapter } from '../channels/channel.ts';
import type { Channel, ChannelInput, ChannelKind } from '../contract/channel.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { resolveRetry, RETRY_PRESETS } from '../domain/retry-policy.ts';
import type { AuditTable } from '../store/audit.ts';
import type { ChannelRow, ChannelTable } from '../store/channels.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';
import type { Vault } from '../store/vault.ts';
import type { Writer } from '../store/writer.ts';

/** Every kind of channel there is; exhaustive, so that a missing one does not compile. */
export type ChannelAdapters = { readonly [K in ChannelKind]: ChannelAdapter<unknown> };

export interface ChannelBookDeps {
  readonly channels: ChannelTable;
  readonly notifications: NotificationTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly vault: Vault;
  readonly adapters: ChannelAdapters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

/**
 * The configured channels, kept in memory as the database has them, and every change to them.
 * Configurations stay sealed until an attempt needs one, so what is queued always uses the newest.
 */
export class ChannelBook {
  readonly #deps: ChannelBookDeps;
  #rows: ReadonlyMap<string, ChannelRow> = new Map();

  constructor(deps: ChannelBookDeps) {
    this.#deps = deps;
    this.#reload();
  }

  /**
   * Runs a change of channels. What else is in the same transaction already sees it in memory, or a
   * row could be owed to a channel that is just being deleted; when it fails, memory goes back.
   */
  async #change<T>(work: (unit: Unit) => T): Promise<T> {
    try {
      return await this.#deps.writer.submit((unit) => {
        const result = work(unit);
        this.#reload();
        return result;
      });
    } catch (error) {
      this.#reload();
      throw error;
    }
  }

  #reload(): void {
    this.#rows = new Map(this.#deps.channels.all().map((row) => [row.id, row]));
  }

  get(id: string): ChannelRow | null {
    return this.#rows.get(id) ?? null;
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
    return this.#deps.vault.open(row.sealedConfig, row.id);
  }

  create(input: ChannelInput, actor: string): Promise<Result<Channel>> {
    return this.#change((unit) => {
      const existing = this.#deps.channels.all();
      if (existing.length >= LIMITS.channelsMax) {
        return fail('invalid_input', `At most ${LIMITS.channelsMax} channels; delete one first.`);
      }
      const taken = nameTaken(existing, input.name, null);
      if (taken) return taken;
      const now = this.#deps.clock.now();
      const facts = {
        id: this.#deps.newId(),
        kind: input.kind,
        name: input.name,
        enabled: input.enabled,
        retry: resolveRetry(input.retry, RETRY_PRESETS.default),
        createdAt: now,
        updatedAt: now,
      };
      const row = { ...facts, ...this.#sealed(facts, input.config) };
      return ok(this.#save(unit, row, actor, 'channel.create'));
    });
  }

  update(patch: ParsedInput<'channels.update'>, actor: string): Promise<Result<Channel>> {
    return this.#change((unit) => {
      const existing = this.#deps.channels.all();
      const before = existing.find((row) => row.id === patch.id);
      if (!before) return noSuchChannel();
      if (patch.name !== undefined) {
        const taken = nameTaken(existing, patch.name, before.id);
        if (taken) return taken;
      }
      const facts = {
        ...before,
        name: patch.name ?? before.name,
        enabled: patch.enabled ?? before.enabled,
        retry: resolveRetry(patch.retry, before.retry),
        updatedAt: this.#deps.clock.now(),
      };
      let row = facts;
      if (patch.config !== undefined) {
        const merged = this.#mergeConfig(before, patch.config);
        if (!merged.ok) return merged;
        row = { ...facts, ...this.#sealed(facts, merged.value) };
      }
      // A changed channel may have rows that waited for just this change; all of them show it.
      unit.owes(row.id);
      unit.changed({ entity: 'everything' });
      return ok(this.#save(unit, row, actor, 'channel.update'));
    });
  }

  /** Deletes it and cancels what it still owes, dead letters included. */
  delete(id: string, actor: string): Promise<Result<{ status: 'deleted'; cancelled: number }>> {
    const { channels, notifications, audit, clock } = this.#deps;
    return this.#change((unit) => {
      const row = this.get(id);
      if (!row || !channels.delete(id)) return noSuchChannel();
      const now = clock.now();
      const cancelled = notifications.cancelChannel(id, now);
      for (const notificationId of cancelled) {
        unit.changed({ entity: 'notification', id: notificationId });
      }
      unit.changed({ entity: 'channel', id });
      audit.append({
        at: now,
        actor,
        action: 'channel.delete',
        subject: id,
        detail: `${row.name}; ${cancelled.length} owed notifications cancelled`,
      });
      return ok({ status: 'deleted', cancelled: cancelled.length });
    });
  }

  #mergeConfig(before: ChannelRow, change: Record<string, unknown>): Result<unknown> {
    const schema = this.#deps.adapters[before.kind].schema;
    const fields = { ...this.#fieldsOf(before), ...change };
    const parsed = schema.safeParse(
      Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    );
    if (parsed.success) return ok(parsed.data);
    const issue = parsed.error.issues[0];
    const field = ['config', ...(issue?.path ?? [])].map(String).join('.');
    return fail('invalid_input', `${field}: ${issue?.message ?? 'is not valid'}`);
  }

  /** What cannot be opened any more (the key is another one) is to be entered anew, not to be an obstacle. */
  #fieldsOf(row: ChannelRow): Record<string, unknown> {
    try {
      return this.config(row) as Record<string, unknown>;
    } catch (error) {
      this.#deps.logger.log('warn', 'A configuration cannot be opened and is being replaced', {
        channelId: row.id,
        error: errorText(error),
      });
      return {};
    }
  }

  #sealed({ id, kind }: Pick<ChannelRow, 'id' | 'kind'>, config: unknown) {
    return {
      sealedConfig: this.#deps.vault.seal(config, id),
      target: this.#deps.adapters[kind].target(config),
      configured: Object.keys(config as object),
    };
  }

  #save(unit: Unit, row: ChannelRow, actor: string, action: string): Channel {
    this.#deps.channels.put(row);
    this.#deps.audit.append({
      at: row.updatedAt,
      actor,
      action,
      subject: row.id,
      detail: `${row.name} (${row.kind}), ${row.enabled ? 'enabled' : 'disabled'}`,
    });
    unit.changed({ entity: 'channel', id: row.id });
    return toChannel(row);
  }
}

/** The channel as the contract shows it: nothing of the sealed configuration. */
export const toChannel = (row: ChannelRow): Channel => {
  const { sealedConfig: _sealedConfig, configured, ...shown } = row;
  return { ...shown, configured: [...configured] };
};

export const noSuchChannel = (): Result<never> =>
  fail('not_found', 'There is no channel with this id.');

function nameTaken(rows: ChannelRow[], name: string, except: string | null): Result<never> | null {
  return rows.some((row) => row.name === name && row.id !== except)
    ? fail('name_taken', `name: another channel is already called "${name}".`)
    : null;
}
