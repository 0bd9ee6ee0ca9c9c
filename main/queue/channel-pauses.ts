import type { Channel } from '../contract/channel.ts';
import type { ParsedInput } from '../contract/methods.ts';
import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { channelPauseReason, isPaused } from '../domain/pauses.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import { pauseEnd, resumedChannel } from './channel-change.ts';
import { refuse, refuseField } from '../messages/failures.ts';

export interface ChannelPausesDeps extends TaskDeps {
  readonly channels: Pick<ChannelService, 'all' | 'get' | 'putPause' | 'collection'>;
  readonly tables: Pick<Tables, 'audit'>;
}

/** Pauses channels, and resumes them: when a person asks, or when the pause has run out. */
export class ChannelPauses implements Scheduled {
  readonly #deps: ChannelPausesDeps;
  readonly #work: TaskWork;
  /** How far the ends are still to be moved after the clock was set back, in ms; 0 or less. */
  #shiftMs = 0;

  constructor(deps: ChannelPausesDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
  }

  /** Holds a channel's lane. A pause that runs already has its end replaced. */
  pause(input: ParsedInput<'channels.pause'>, actor: string): Promise<Result<Channel>> {
    const { channels, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const before = channels.get(input.id);
      if (!before) return channels.collection.missing();
      const now = clock.now();
      const until = pauseEnd(input, now);
      if (until !== null && until <= now) {
        return refuseField('invalid_input', 'until', { code: 'issue.in_future', params: {} });
      }
      const paused = { since: before.paused?.since ?? now, until };
      return ok(this.#put(unit, { ...before, paused }, actor, 'channel.pause'));
    });
  }

  /** Ends a channel's pause; `wrong_state` when it has none. */
  resume(id: string, actor: string): Promise<Result<Channel>> {
    const { channels, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const before = channels.get(id);
      if (!before) return channels.collection.missing();
      if (!before.paused) {
        const params = { name: before.name };
        return refuse('wrong_state', { code: 'error.not_paused', params });
      }
      return ok(this.#put(unit, resumedChannel(before, clock.now()), actor, 'channel.resume'));
    });
  }

  nextDueAt(): number | null {
    if (this.#work.busy) return null;
    if (this.#shiftMs < 0) return this.#work.turnFor(0);
    const ends = this.#deps.channels.all().flatMap(({ paused }) => paused?.until ?? []);
    return ends.length === 0 ? null : this.#work.turnFor(Math.min(...ends));
  }

  run(): void {
    const shiftMs = this.#shiftMs;
    const work = this.#deps.writer.submit((unit) => {
      if (shiftMs < 0) this.#shift(unit, shiftMs);
      else this.#end(unit);
    });
    this.#shiftMs = 0;
    const kept = work.catch((error: unknown) => {
      this.#shiftMs += shiftMs;
      throw error;
    });
    this.#work.begin(kept, 'Could not resume channels whose pause has run out');
  }

  /** A clock that was set back must not make an hour's pause into a day's. */
  clockChanged(deltaMs: number): void {
    if (deltaMs < 0) this.#shiftMs += deltaMs;
  }

  #end(unit: Unit): void {
    const now = this.#deps.clock.now();
    for (const before of this.#deps.channels.all()) {
      if (!before.paused || isPaused(before, now)) continue;
      this.#put(unit, resumedChannel(before, now), 'belfry', 'channel.resume');
    }
  }

  #shift(unit: Unit, deltaMs: number): void {
    for (const row of this.#deps.channels.all()) {
      const { paused } = row;
      if (!paused || paused.until === null) continue;
      const until = paused.until + deltaMs;
      this.#deps.channels.putPause(unit, { ...row, paused: { ...paused, until } });
    }
  }

  #put(unit: Unit, row: ChannelRow, actor: string, action: string): Channel {
    const { channels, clock } = this.#deps;
    const { audit } = this.#deps.tables;
    const { name, paused } = row;
    const reason: AuditReason = paused
      ? { code: 'audit.channel_paused', params: { name, hold: channelPauseReason(paused) } }
      : { code: 'audit.named', params: { name } };
    audit.append({ at: clock.now(), actor, action, subject: row.id, reason });
    return channels.putPause(unit, row);
  }
}
