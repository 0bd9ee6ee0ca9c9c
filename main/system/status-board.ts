import type { Clock } from '../base/clock.ts';
import type { ChannelThrottle } from '../contract/channel.ts';
import type { HttpReason, MailReason } from '../contract/reasons/host-reasons.ts';
import type { MailStatus } from '../contract/incoming-mail.ts';
import type { Severity } from '../contract/primitives.ts';
import type { Status } from '../contract/system.ts';
import type { RenderReason } from '../messages/reasons.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Pause } from '../queue/pause.ts';
import type { AlertTable } from '../store/alerts/alert-table.ts';
import type { ConditionTable } from '../store/alerts/condition-table.ts';
import type { NotificationPages } from '../store/notifications/notification-pages.ts';
import type { SettingsService } from './settings-service.ts';

/** Until when the receiver's limit holds a channel, if it does. */
const heldUntil = (throttle: ChannelThrottle | null, now: number): number[] =>
  throttle !== null && throttle.refusals > 0 && throttle.until > now ? [throttle.until] : [];

export interface StatusBoardDeps {
  readonly host: Status['host'];
  readonly platform: NodeJS.Platform;
  readonly version: string;
  readonly dataDir: string;
  readonly alerts: Pick<AlertTable, 'openCounts'>;
  readonly notifications: Pick<NotificationPages, 'unsettled'>;
  readonly channels: Pick<ChannelService, 'all' | 'enabled'>;
  readonly routes: { silentCount(): number };
  readonly pause: Pick<Pause, 'current'>;
  readonly conditions: Pick<ConditionTable, 'flappingCount'>;
  readonly heartbeats: { downCount(): number };
  readonly mutes: { summary(now: number): Status['muting'] };
  readonly storage: { status(): Status['storage'] };
  readonly outboundHeartbeat: { status(): Status['outboundHeartbeat'] };
  readonly backups: { status(): Status['backup'] };
  readonly recoveries: { current(): Status['recovery'] };
  /** Left out where this core is alone. */
  readonly cluster?: { current(): Status['cluster'] } | undefined;
  readonly updates: { current(): Status['update'] };
  readonly settings: Pick<SettingsService, 'current'>;
  readonly render: RenderReason;
  readonly clock: Clock;
}

/** The status from which tray, badge and banners are drawn. */
export class StatusBoard {
  readonly #deps: StatusBoardDeps;
  readonly #startedAt: number;
  #url: string | null = null;
  #urlReason: HttpReason | null = null;
  #mail: Pick<MailStatus, 'address' | 'reason'> = { address: null, reason: null };
  #last: Status | null = null;

  constructor(deps: StatusBoardDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  get url(): string | null {
    return this.#url;
  }

  listening(url: string): void {
    this.#url = url;
    this.#urlReason = null;
  }

  /** Takes where mail is received, or why it is not. */
  mailBecame(state: Pick<MailStatus, 'address' | 'reason'>): void {
    this.#mail = state;
  }

  notListening(reason: HttpReason | null): void {
    this.#url = null;
    this.#urlReason = reason;
  }

  /** While the disk is at fault it may not be readable either: then with the counts of before. */
  status(): Status {
    const { storage, outboundHeartbeat } = this.#deps;
    try {
      this.#last = this.#count();
    } catch (error) {
      if (this.#last === null || storage.status().writable) throw error;
      this.#last = {
        ...this.#last,
        storage: storage.status(),
        outboundHeartbeat: outboundHeartbeat.status(),
      };
    }
    return this.#last;
  }

  #count(): Status {
    const { host, platform, version, dataDir, notifications, channels, routes, pause } = this.#deps;
    const {
      conditions,
      heartbeats,
      mutes,
      storage,
      backups,
      recoveries,
      updates,
      outboundHeartbeat,
      settings,
      clock,
    } = this.#deps;
    const deliveryPause = pause.current();
    return {
      version,
      host,
      platform,
      language: settings.current().language,
      dataDir,
      startedAt: this.#startedAt,
      url: this.#url,
      urlProblem: this.#urlReason && this.#deps.render(this.#urlReason),
      urlReason: this.#urlReason,
      mail: this.#mailStatus(),
      alerts: this.#alerts(),
      notifications: notifications.unsettled(),
      enabledChannels: channels.enabled().length,
      pause: deliveryPause,
      pausedUntil: deliveryPause?.until ?? null,
      flapping: conditions.flappingCount(),
      heartbeatsDown: heartbeats.downCount(),
      channelsDown: channels.all().filter(({ health }) => health.state !== 'closed').length,
      channelsNeedingAttention: channels.all().filter(({ attention }) => attention !== null).length,
      ...this.#rateLimited(clock.now()),
      channelsPaused: channels.all().filter(({ paused }) => paused !== null).length,
      routesWithoutChannel: routes.silentCount(),
      muting: mutes.summary(clock.now()),
      storage: storage.status(),
      outboundHeartbeat: outboundHeartbeat.status(),
      backup: backups.status(),
      recovery: recoveries.current(),
      cluster: this.#deps.cluster?.current() ?? null,
      update: updates.current(),
    };
  }

  /** The server that receives mail is part of the one for HTTP. */
  #mailStatus(): MailStatus {
    const { settings, render } = this.#deps;
    const isWithoutHttp = settings.current().mail.enabled && this.#url === null;
    const reason: MailReason | null = isWithoutHttp
      ? { code: 'mail.no_http', params: {} }
      : this.#mail.reason;
    const address = isWithoutHttp ? null : this.#mail.address;
    return { address, problem: reason && render(reason), reason };
  }

  #rateLimited(now: number): Pick<Status, 'channelsRateLimited' | 'rateLimitedUntil'> {
    const until = this.#deps.channels.enabled().flatMap(({ throttle }) => heldUntil(throttle, now));
    return {
      channelsRateLimited: until.length,
      rateLimitedUntil: until.length === 0 ? null : Math.max(...until),
    };
  }

  #alerts(): Status['alerts'] {
    let worst: Severity | null = null;
    const counts = { open: 0, acknowledged: 0, critical: 0 };
    for (const { state, severity, count } of this.#deps.alerts.openCounts()) {
      if (state === 'acknowledged') counts.acknowledged += count;
      if (state !== 'open') continue;
      counts.open += count;
      if (severity === 'critical') counts.critical += count;
      if (worst === null || isWorse(severity, worst)) worst = severity;
    }
    return { ...counts, worst };
  }
}
