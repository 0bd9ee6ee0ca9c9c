import type { HeartbeatHistories, HeartbeatHistory } from '../../main/contract/heartbeat.ts';
import type { AlertReason } from '../../main/contract/reasons/heartbeat-reasons.ts';
import type { Change } from '../../main/contract/push.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';

const HALF_DAY_MS = 43_200_000;
const DAY_MS = 2 * HALF_DAY_MS;
/** Ninety days change little in a few seconds, however often the heartbeats ping. */
const INTERVAL_MS = 5_000;

/** The last 90 days of all heartbeats, fetched in one call, again when one of them has changed. */
export class HeartbeatPast extends FollowedValue<HeartbeatHistories> {
  constructor({ client, feed, clock }: FollowSource) {
    super(
      { feed, clock, intervalMs: INTERVAL_MS },
      new Remote<HeartbeatHistories>(() => client.call('heartbeats.history', {})),
    );
  }

  /** Loads and follows until the returned function is called. */
  open(): () => void {
    this.reload();
    return this.follow();
  }

  /** Returns the past of one heartbeat; null until it is known. */
  of(id: string): HeartbeatHistory | null {
    return this.value?.items.find((item) => item.id === id) ?? null;
  }

  protected isStale({ entity }: Change): boolean {
    return entity === 'heartbeat';
  }
}

/** Returns a share of time, as "99.98%"; never more than it is. */
export const shareText = (share: number): string =>
  messages().number(Math.floor(share * 10_000) / 10_000, {
    style: 'percent',
    maximumFractionDigits: 2,
  });

/** Returns the date of a day of UTC. Its noon has the same date in nearly every time zone. */
export const dayText = (at: number): string => messages().date(at + HALF_DAY_MS);

/** One day of the picture. */
export interface DayBar {
  readonly at: number;
  /** The share in which it was down; null where nothing was expected. */
  readonly downtime: number | null;
  readonly failures: number;
}

/** Returns the days of a heartbeat's past, oldest first. */
export const dayBars = (
  { downtime, failures }: Pick<HeartbeatHistory, 'downtime' | 'failures'>,
  since: number,
): DayBar[] =>
  downtime.map((share, index) => ({
    at: since + index * DAY_MS,
    downtime: share,
    failures: failures[index] ?? 0,
  }));

/** Returns what a day was like: its date, its uptime, its failures. */
export function barText({ at, downtime, failures }: DayBar): string {
  const day = dayText(at);
  if (downtime === null && failures === 0) return text('heartbeats.day.none', { day });
  const uptime = shareText(1 - (downtime ?? 0));
  return text('heartbeats.day.uptime', { day, uptime, failures });
}

/** Returns the same of all days in a sentence, for those who do not see the picture. */
export function pastText(
  bars: readonly DayBar[],
  { uptime90d }: Pick<HeartbeatHistory, 'uptime90d'>,
): string {
  if (uptime90d === null) return text('heartbeats.past.none');
  const bad = bars.filter(({ downtime, failures }) => failures > 0 || (downtime ?? 0) > 0);
  const [uptime, last] = [shareText(uptime90d), bad.at(-1)];
  return last
    ? text('heartbeats.past.failures', { uptime, count: bad.length, day: dayText(last.at) })
    : text('heartbeats.past.perfect', { uptime });
}

/** Returns why it is down, with the times in it as they are after `passedMs` more. */
export function agedReason(reason: AlertReason, passedMs: number): AlertReason {
  const more = Math.max(0, passedMs);
  switch (reason.code) {
    case 'heartbeat.overdue':
      return { ...reason, params: { ...reason.params, silentMs: reason.params.silentMs + more } };
    case 'heartbeat.overdue_cron':
      return { ...reason, params: { ...reason.params, silentMs: reason.params.silentMs + more } };
    case 'heartbeat.unfinished':
      return { ...reason, params: { runningMs: reason.params.runningMs + more } };
    default:
      return reason;
  }
}
