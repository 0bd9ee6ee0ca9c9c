import type { NotificationEvent, BundleKind } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';
import type { Route } from '../contract/route.ts';
import type { Settings } from '../contract/settings.ts';
import { valueOf } from '../domain/matching.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Admission } from '../queue/fetcher.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Mutes } from './rules/mutes.ts';
import type { RouteService } from './rules/route-service.ts';

export interface AdmissionDeps {
  readonly mutes: Pick<Mutes, 'muteOf'>;
  readonly routes: Pick<RouteService, 'get'>;
  readonly channels: Pick<ChannelService, 'get' | 'adapter'>;
  readonly tables: Pick<Tables, 'bundles'>;
  readonly storm: StormGuard;
  readonly settings: { current(): Settings };
  readonly newId: () => string;
}

/** The facts about a notification that decide its admission. */
export interface Candidate {
  readonly channelId: string;
  readonly event: NotificationEvent;
  readonly route: Route | null;
  readonly alert: {
    readonly id: string;
    readonly source: string;
    readonly host: string;
    readonly kind: string;
    readonly severity: Severity;
    readonly labels: Readonly<Record<string, string>>;
    readonly startedAt: number;
  };
  /** The earliest moment at which its sender wants it sent (ms UTC); null if it may be sent at once. */
  readonly notBefore: number | null;
}

/** Until the next look at a mute that has no end time, should its end ever be missed. */
const ASK_AGAIN_MS = 86_400_000;
/** Larger messages are refused by what receives them; the rest goes into another one. */
const BUNDLE_MAX = 1_000;
/** A reason that ends this very moment must not be asked for again at once. */
const WAIT_MIN_MS = 1_000;

/**
 * Decides when a notification may leave, when it is queued and once more when it comes due:
 * its sender may want it sent later, a route may want the condition or its end to last, a mute may hold it,
 * a route may group it, and a storm becomes one summary, in this order. Nothing is ever dropped here.
 */
export class Admissions {
  readonly #deps: AdmissionDeps;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  admit(candidate: Candidate, now: number): Admission {
    return (
      this.#delayed(candidate, now) ??
      this.#lasting(candidate, now) ??
      this.#recovering(candidate, now) ??
      this.#muted(candidate, now, true) ??
      this.#grouped(candidate, now) ??
      this.#summarised(candidate, now) ?? { dueAt: now, bundleId: null, hold: null }
    );
  }

  /** Returns how a row that has come due must wait after all; null if it may be sent. */
  readmit(row: NotificationRow, now: number): Admission | null {
    if (row.event === 'test') return null;
    const candidate: Candidate = {
      channelId: row.channelId,
      event: row.event,
      route: row.routeId === null ? null : this.#deps.routes.get(row.routeId),
      alert: row.snapshot,
      // Compared with its own time of arrival: a clock that was set back makes nothing a delayed message.
      notBefore:
        row.isMessage && row.snapshot.startedAt > row.createdAt ? row.snapshot.startedAt : null,
    };
    const fresh = row.retryCount === 0 && row.budget === 1;
    // Grouping and summaries are for first notifications, and have been waited for once.
    const collected = row.hold?.kind === 'grouping' || row.hold?.kind === 'storm';
    return (
      (fresh ? (this.#delayed(candidate, now) ?? this.#lasting(candidate, now)) : null) ??
      this.#muted(candidate, now, fresh) ??
      (fresh && row.hold && !collected && row.bundleId === null
        ? (this.#grouped(candidate, now) ?? this.#summarised(candidate, now))
        : null)
    );
  }

  #delayed({ event, notBefore: until }: Candidate, now: number): Admission | null {
    if (event !== 'raised' || until === null || until <= now) return null;
    const reason = { code: 'hold.delay', params: { until } } as const;
    return { dueAt: until, bundleId: null, hold: { kind: 'hold_for', ref: null, until, reason } };
  }

  #lasting({ event, route, alert }: Candidate, now: number): Admission | null {
    if (event !== 'raised' || !route || route.holdForMs === 0) return null;
    const until = alert.startedAt + route.holdForMs;
    if (until <= now) return null;
    const params = { route: route.name, holdForMs: route.holdForMs };
    const reason = { code: 'hold.hold_for', params } as const;
    return {
      dueAt: until,
      bundleId: null,
      hold: { kind: 'hold_for', ref: route.id, until, reason },
    };
  }

  /** Asked when the row is queued alone: a clock that is set back must not have it wait once more. */
  #recovering({ event, route }: Candidate, now: number): Admission | null {
    if (event !== 'resolved' || !route || route.resolvedForMs === 0) return null;
    const { id: ref, name, resolvedForMs } = route;
    const until = now + resolvedForMs;
    const reason = { code: 'hold.resolved_for', params: { route: name, resolvedForMs } } as const;
    return { dueAt: until, bundleId: null, hold: { kind: 'hold_for', ref, until, reason } };
  }

  #muted({ channelId, event, alert }: Candidate, now: number, fresh: boolean): Admission | null {
    const mute = this.#deps.mutes.muteOf(alert, event, now);
    if (!mute) return null;
    const dueAt = Math.max(mute.until ?? now + ASK_AGAIN_MS, now + WAIT_MIN_MS);
    const bundleId =
      // A row that was attempted alone keeps the key under which it may have arrived.
      mute.kind === 'quiet_hours' && fresh
        ? this.#join(channelId, 'digest', `until ${dueAt}`, dueAt, now).bundleId
        : null;
    return { dueAt, bundleId, hold: mute };
  }

  #grouped({ channelId, event, route, alert }: Candidate, now: number): Admission | null {
    if (!route?.group || (event !== 'raised' && event !== 'resolved')) return null;
    const { by, waitMs } = route.group;
    const key = JSON.stringify([route.id, event, ...by.map((name) => valueOf(alert, name))]);
    const { bundleId, dueAt } = this.#join(channelId, 'group', key, now + waitMs, now);
    const reason = { code: 'hold.grouping', params: { route: route.name, waitMs } } as const;
    return { dueAt, bundleId, hold: { kind: 'grouping', ref: route.id, until: dueAt, reason } };
  }

  #summarised({ channelId, event }: Candidate, now: number): Admission | null {
    const settings = this.#deps.settings.current();
    if (event !== 'raised' || !settings.stormEnabled || !this.#spared(channelId)) return null;
    if (!this.#deps.storm.isOneTooMany(channelId, settings, now)) return null;
    const windowMs = settings.stormWindowSeconds * 1_000;
    const { bundleId, dueAt } = this.#join(channelId, 'storm', '', now + windowMs, now);
    const params = { threshold: settings.stormThreshold, windowMs, until: dueAt };
    const reason = { code: 'hold.storm', params } as const;
    return { dueAt, bundleId, hold: { kind: 'storm', ref: null, until: dueAt, reason } };
  }

  #spared(channelId: string): boolean {
    const channel = this.#deps.channels.get(channelId);
    if (!channel) return false;
    const { audience } = this.#deps.channels.adapter(channel.kind);
    return audience === 'people' || this.#deps.settings.current().stormWebhooks;
  }

  #join(channelId: string, kind: BundleKind, groupKey: string, dueAt: number, now: number) {
    const { bundles } = this.#deps.tables;
    const open = bundles.collecting(channelId, kind, groupKey);
    if (open && open.dueAt > now && open.dueAt <= dueAt && open.size < BUNDLE_MAX) {
      bundles.join(open.id);
      return { bundleId: open.id, dueAt: open.dueAt };
    }
    // Its time has passed without it (or lies beyond ours, since the clock was set): the next one begins.
    if (open) bundles.freeze(open.id, now);
    const id = this.#deps.newId();
    bundles.insert({ id, channelId, kind, groupKey, openedAt: now, dueAt, size: 1 });
    return { bundleId: id, dueAt };
  }
}

type StormRule = Pick<Settings, 'stormThreshold' | 'stormWindowSeconds'>;

/**
 * Counts new alerts per channel over a sliding window, in memory: a restart in the middle of a storm
 * lets a few more through one by one, which is harmless.
 */
export class StormGuard {
  /** Moments of the newest ones sent one by one, oldest first, at most as many as the threshold. */
  readonly #sentAt = new Map<string, number[]>();

  /** Returns true if the channel has reached its storm threshold; otherwise counts this alert. */
  isOneTooMany(channelId: string, rule: StormRule, now: number): boolean {
    const from = now - rule.stormWindowSeconds * 1_000;
    // One from the future was counted before the clock was set back.
    const recent = (this.#sentAt.get(channelId) ?? []).filter((at) => at > from && at <= now);
    this.#sentAt.set(channelId, recent);
    if (recent.length >= rule.stormThreshold) return true;
    recent.push(now);
    return false;
  }
}
