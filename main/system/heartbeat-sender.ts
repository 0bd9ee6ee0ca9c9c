import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { OutboundHeartbeatStatus, WithholdingReason } from '../contract/outbound-heartbeat.ts';
import { ok, type Result } from '../contract/result.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { StorageReason } from '../contract/reasons/host-reasons.ts';
import type { Route } from '../contract/route.ts';
import { messagesFor } from '../messages/messages.ts';
import { renderReason, type RenderReason } from '../messages/reasons.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { SettingsTable } from '../store/settings-table.ts';
import type { Writer } from '../store/writer.ts';
import type { SettingsService } from './settings-service.ts';
import { refuse } from '../messages/failures.ts';

/** Calls an address once. Resolves with null when it was taken, else with why not. */
export type HeartbeatCall = (
  url: string,
  now: number,
  signal: AbortSignal,
) => Promise<FailureReason | null>;

export interface OutboundHeartbeatDeps {
  readonly settings: Pick<SettingsService, 'current' | 'heartbeatUrl'>;
  readonly markers: Pick<SettingsTable, 'setMarker'>;
  readonly channels: Pick<ChannelService, 'enabled'>;
  readonly routes: { list(): Route[]; readonly routed: boolean };
  readonly call: HeartbeatCall;
  readonly render: RenderReason;
  readonly writer: Pick<Writer, 'submit' | 'refusal' | 'onCommitted' | 'onRefusal'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
}

const MINUTE_MS = 60_000;
const CALL_TIMEOUT_MS = 10_000;
/** A call that failed is repeated after this long, then twice as long, up to the interval. */
const RETRY_MS = 30_000;

const SEALED: FailureReason = { code: 'failure.heartbeat_url_sealed', params: {} };

/**
 * Calls an address every few minutes for as long as Belfry does its work, so that whatever listens there
 * notices when it does not. Modes: stopped → idle ⇄ calling → stopped. Each call is preceded by a real
 * write, and made by the scheduler: neither a disk that refuses nor a scheduler that stands still makes
 * one. It is withheld while a channel that alerts lead to is down or needs attention.
 */
export class OutboundHeartbeat implements Service, Scheduled {
  readonly #deps: OutboundHeartbeatDeps;
  #started = false;
  #dueAt = 0;
  #calling: { readonly done: Promise<void>; readonly abort: AbortController } | null = null;
  #lastAcceptedAt: number | null = null;
  #failingSince: number | null = null;
  #failures = 0;
  #reason: FailureReason | null = null;
  #withheldSince: number | null = null;
  /** The configuration of the last call. */
  #begunWith: string | null = null;

  constructor(deps: OutboundHeartbeatDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes }) => {
      const entities = new Set(changes.map(({ entity }) => entity));
      if (entities.has('settings')) this.#configured();
      if (entities.has('channel') || entities.has('routes')) this.#look();
    });
    deps.writer.onRefusal(() => {
      this.#look();
      this.#dueAt = 0;
    });
  }

  start(): void {
    this.#started = true;
    this.#dueAt = 0;
    this.#deps.wake();
  }

  /** Cuts off a call that is under way, and waits for its end. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#calling?.abort.abort(new Error('Belfry stops'));
    await this.#calling?.done;
  }

  nextDueAt(): number | null {
    return this.#started && this.#isOn && !this.#calling ? this.#dueAt : null;
  }

  run(now: number): void {
    const everyMs = this.#everyMs;
    this.#dueAt = now + everyMs;
    if (this.#look().length > 0) this.#dueAt = now + Math.min(everyMs, MINUTE_MS);
    else void this.#begin();
  }

  clockChanged(): void {
    this.#dueAt = 0;
  }

  status(): OutboundHeartbeatStatus {
    const withheld = this.#isOn ? this.#reasons() : [];
    return {
      enabled: this.#isOn,
      lastAcceptedAt: this.#lastAcceptedAt,
      failingSince: this.#failingSince,
      problem: this.#reason && this.#deps.render(this.#reason),
      reason: this.#reason,
      withheldSince: withheld.length > 0 ? (this.#withheldSince ?? this.#deps.clock.now()) : null,
      withheld,
    };
  }

  /** Calls now; `wrong_state` while there is no address or it is withheld. */
  async test(): Promise<Result<OutboundHeartbeatStatus>> {
    if (!this.#isOn) {
      return refuse('wrong_state', { code: 'error.no_address', params: {} });
    }
    const [withheld] = this.#look();
    if (withheld) {
      const params = { because: withheld.reason };
      return refuse('wrong_state', { code: 'error.withheld', params });
    }
    // One that is under way began before this was asked for, perhaps with another address.
    await this.#calling?.done;
    if (this.#started) await this.#begin();
    return ok(this.status());
  }

  get #isOn(): boolean {
    return this.#deps.settings.current().outboundHeartbeat.target !== null;
  }

  get #everyMs(): number {
    return this.#deps.settings.current().outboundHeartbeat.everyMinutes * MINUTE_MS;
  }

  /** Another address, or another interval, is tried at once. Other settings do not matter. */
  #configured(): void {
    if (this.#configuration() === this.#begunWith) return;
    this.#accepted(null);
    this.#dueAt = 0;
    this.#deps.wake();
  }

  #configuration(): string {
    const { settings } = this.#deps;
    return JSON.stringify([settings.current().outboundHeartbeat, settings.heartbeatUrl()]);
  }

  /** Notes since when it is withheld, and calls at once when it is no more. */
  #look(): readonly WithholdingReason[] {
    const reasons = this.#isOn ? this.#reasons() : [];
    if (reasons.length > 0) this.#withheldSince ??= this.#deps.clock.now();
    else if (this.#withheldSince !== null) {
      this.#withheldSince = null;
      this.#dueAt = 0;
      this.#deps.wake();
    }
    return reasons;
  }

  #reasons(): WithholdingReason[] {
    const { refusal } = this.#deps.writer;
    const storage: Trouble[] = refusal ? [storageTrouble(refusal.reason)] : [];
    return [...storage, ...this.#needed().flatMap(channelTrouble)].map((trouble) => ({
      ...trouble,
      text: this.#deps.render(trouble.reason),
    }));
  }

  /** The channels that a route leads to, or all while there are no routes. */
  #needed(): ChannelRow[] {
    const { channels, routes } = this.#deps;
    if (!routes.routed) return channels.enabled();
    const ids = routes
      .list()
      .filter(({ enabled }) => enabled)
      .flatMap(({ channelIds, escalation }) => [
        ...channelIds,
        ...escalation.flatMap((step) => step.channelIds),
      ]);
    const needed = new Set(ids);
    return channels.enabled().filter(({ id }) => needed.has(id));
  }

  #begin(): Promise<void> {
    this.#begunWith = this.#configuration();
    const abort = new AbortController();
    const done = this.#attempt(abort).finally(() => {
      this.#calling = null;
      this.#deps.wake();
    });
    this.#calling = { done, abort };
    return done;
  }

  async #attempt(abort: AbortController): Promise<void> {
    const { clock, settings } = this.#deps;
    if (!(await this.#canWrite())) return;
    const before = JSON.stringify(this.#reason);
    const url = settings.heartbeatUrl();
    if (!this.#started || (url.ok && url.value === null)) return;
    const reason = url.ok ? await this.#answerOf(url.value ?? '', abort) : SEALED;
    if (!this.#started) return;
    if (reason === null) this.#accepted(clock.now());
    else this.#failed(reason, clock.now());
    if (JSON.stringify(reason) !== before) this.#shown();
  }

  /** Proves it by a real write: without one there is no call, and the next try is soon. */
  async #canWrite(): Promise<boolean> {
    const { writer, markers, clock, logger } = this.#deps;
    try {
      await writer.submit(() => markers.setMarker('outboundHeartbeatAt', clock.now()));
      return true;
    } catch (error) {
      const fields = { error: errorText(error) };
      logger.log(
        'warn',
        'The outbound heartbeat is not sent, since nothing can be written',
        fields,
      );
      this.#dueAt = clock.now() + RETRY_MS;
      return false;
    }
  }

  async #answerOf(url: string, abort: AbortController): Promise<FailureReason | null> {
    const { clock, call } = this.#deps;
    using _limit = clock.after(CALL_TIMEOUT_MS, () =>
      abort.abort(Object.assign(new Error('No answer in time'), { name: 'TimeoutError' })),
    );
    return await call(url, clock.now(), abort.signal);
  }

  #accepted(at: number | null): void {
    this.#lastAcceptedAt = at;
    this.#failingSince = null;
    this.#failures = 0;
    this.#reason = null;
  }

  #failed(reason: FailureReason, now: number): void {
    this.#failingSince ??= now;
    this.#reason = reason;
    const waitMs = Math.min(this.#everyMs, RETRY_MS * 2 ** this.#failures);
    this.#failures++;
    this.#dueAt = now + waitMs;
    this.#deps.logger.log('warn', 'The outbound heartbeat was not taken', {
      problem: renderReason(messagesFor('en'), reason),
    });
  }

  /** Windows hear of it with a commit, as of everything. */
  #shown(): void {
    const { writer, logger } = this.#deps;
    writer
      .submit((unit) => unit.changed({ entity: 'status' }))
      .catch((error: unknown) =>
        logger.log('warn', 'A status could not be shown', { error: errorText(error) }),
      );
  }
}

type Trouble = Omit<WithholdingReason, 'text'>;

const storageTrouble = (because: StorageReason): Trouble => ({
  code: 'storage',
  channelId: null,
  reason: { code: 'withheld.storage', params: { because } },
});

function channelTrouble({ id, name, health, attention }: ChannelRow): Trouble[] {
  if (attention === null && health.state === 'closed') return [];
  const code = attention === null ? 'channel_down' : 'channel_attention';
  return [{ code, channelId: id, reason: { code: `withheld.${code}`, params: { channel: name } } }];
}
