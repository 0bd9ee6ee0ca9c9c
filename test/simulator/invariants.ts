import { isDeepStrictEqual } from 'node:util';
import { NOTIFICATION_TRANSITIONS } from '../../main/domain/notification-state.ts';
import { isWorse } from '../../main/domain/alert-state.ts';
import type { RetryPolicy } from '../../main/contract/channel.ts';
import type { NotificationEvent, NotificationStatus } from '../../main/contract/notification.ts';
import { TOUCHES_KEPT_MS } from '../../main/store/alerts/pending-touches.ts';
import { announcedOnce } from './announcements.ts';
import { continuedIsKnown } from './continued.ts';
import type { Heard } from './observations.ts';
import { receiverOf } from './operations.ts';
import type { Picture } from './picture.ts';
import type { AlertRecord, ChannelRecord, NotificationRecord } from './records.ts';
import { acknowledgedIsNotRepeated, onlyRemindersAreLouder } from './reminders.ts';
import { DAY_MS, MINUTE_MS } from './steps.ts';
import { oneOpenAlert, timelinesReplay } from './timelines.ts';

/** Says what is wrong; nothing when all is well. */
export type Invariant = (picture: Picture) => Iterable<string>;

const RETAINED_MS: Partial<Record<NotificationStatus, number>> = {
  sent: 7 * DAY_MS,
  cancelled: 7 * DAY_MS,
  dead: 30 * DAY_MS,
};

/** Every event and message that was answered with success is stored, as what its sender was told. */
export function* acceptedIsStored({ lab, alerts, timelines }: Picture): Iterable<string> {
  const known = new Map(alerts.map((alert) => [alert.id, alert]));
  for (const { event, applied } of lab.accepted) {
    const { action, alertId } = applied;
    const name = `${event.status} ${event.kind} on ${event.host}`;
    if (action === 'ignored') {
      const isDated = event.occurredAt !== null;
      if (event.status === 'firing' && !isDated) yield `${name} was ignored`;
      continue;
    }
    const alert = alertId === null ? undefined : known.get(alertId);
    if (!alert) {
      yield `${name} was ${action}, but there is no such alert`;
      continue;
    }
    const types = timelines.get(alert.id)?.map(({ type }) => type) ?? [];
    if (!types.includes('raised')) yield `the timeline of ${name} does not begin`;
    if (action === 'resolved' && !types.includes('resolved')) yield `${name} is not resolved`;
  }
  for (const id of lab.acceptedMessages) if (!known.has(id)) yield `message ${id} is not stored`;
  yield* lab.defects;
}

/**
 * Every report of an open alert is counted. A process that died may have forgotten the repeats of its last
 * moments, or of all the time for which the disk did not take them.
 */
export function* touchesAreCounted({ lab, alerts }: Picture): Iterable<string> {
  const { deaths, core } = lab.machine;
  const counts = new Map<string, number>();
  for (const { applied, atMs, start, failures } of lab.accepted) {
    const { action, alertId } = applied;
    if (alertId === null || (action !== 'raised' && action !== 'touched')) continue;
    const death = deaths.get(start);
    const mayBeForgotten =
      action === 'touched' &&
      death !== undefined &&
      (death.atMs <= atMs + TOUCHES_KEPT_MS || death.failures > failures);
    if (!mayBeForgotten) counts.set(alertId, (counts.get(alertId) ?? 0) + 1);
  }
  for (const { id, occurrences } of alerts) {
    const wanted = counts.get(id) ?? 0;
    if (occurrences >= wanted) continue;
    const shown = core.alerts.get(id)?.occurrences ?? 0;
    if (shown < wanted) yield `alert ${id} has ${shown} of ${wanted} reports`;
  }
}

/** Every status that a notification can get to, in any number of legal transitions. */
const REACHABLE = new Map(
  (Object.keys(NOTIFICATION_TRANSITIONS) as NotificationStatus[]).map((from) => {
    const reached = new Set([from]);
    for (const status of reached) {
      for (const next of NOTIFICATION_TRANSITIONS[status]) reached.add(next);
      // A row that is held again returns to wait.
      if (status === 'sending') reached.add('pending');
    }
    return [from, reached] as const;
  }),
);

/** Notifications move by legal transitions alone; none vanishes before retention may take it. */
export function* nothingVanishes({ before, notifications, now }: Picture): Iterable<string> {
  const after = new Map(notifications.map((row) => [row.id, row]));
  for (const row of before?.notifications ?? []) {
    const next = after.get(row.id);
    if (next === undefined) {
      const keptMs = RETAINED_MS[row.status];
      if (keptMs === undefined || now - row.updated_at < keptMs) {
        yield `${describe(row)} has vanished`;
      }
      continue;
    }
    const isFinal = row.status === 'cancelled' && row.cancel_reason !== 'discarded';
    const reachable = isFinal ? next.status === 'cancelled' : reaches(row.status, next.status);
    if (!reachable) yield `${describe(row)} became ${next.status}`;
    if (next.budget < row.budget) yield `${describe(row)} has an older budget`;
    if (next.budget === row.budget && next.retry_count < row.retry_count) {
      yield `${describe(row)} has forgotten attempts`;
    }
  }
}

const reaches = (from: NotificationStatus, to: NotificationStatus): boolean =>
  REACHABLE.get(from)?.has(to) === true;

const describe = ({ seq, event, status, channel_id }: NotificationRecord): string =>
  `notification ${seq} (${event}, ${status}, channel ${channel_id.slice(-4)})`;

/** A notification's attempts replay to its state, and no budget is exceeded or cut short. */
export function* attemptsReplay({ before, notifications, attempts }: Picture): Iterable<string> {
  const statuses = new Map(before?.notifications.map(({ id, status }) => [id, status]));
  for (const row of notifications) {
    if (row.status === 'sending') continue;
    const tries = (attempts.get(row.id) ?? []).filter(({ budget }) => budget === row.budget);
    const failed = tries.filter(
      ({ outcome, failure_class }) => outcome !== 'sent' && failure_class !== 'rate_limited',
    );
    const last = tries.at(-1);
    const isCancelled = row.status === 'cancelled';
    if (!isCancelled && failed.length !== row.retry_count) {
      yield `${describe(row)} counts ${row.retry_count} failures of ${failed.length}`;
    }
    if (row.status === 'sent' && last?.outcome !== 'sent')
      yield `${describe(row)} without a success`;
    if (row.status !== 'sent' && last?.outcome === 'sent') yield `${describe(row)} after a success`;
    if (row.max_attempts === null) continue;
    if (row.status === 'failed' && row.retry_count >= row.max_attempts) {
      yield `${describe(row)} waits although its budget of ${row.max_attempts} is spent`;
    }
    const mayGoOn = last?.outcome === 'transient' || last?.outcome === 'interrupted';
    const isGivenUp =
      row.last_error_class === 'channel_down' || row.last_error_class === 'rate_limited';
    // A notification that was discarded and brought back is dead, whatever budget it had left.
    const hasDied =
      row.status === 'dead' &&
      ['pending', 'failed', 'sending'].includes(statuses.get(row.id) ?? '');
    if (hasDied && mayGoOn && !isGivenUp && row.retry_count < row.max_attempts) {
      yield `${describe(row)} died after ${row.retry_count} of ${row.max_attempts} attempts`;
    }
  }
}

/** Every request is on record as an attempt, and what counts as sent was accepted by its receiver. */
export function* requestsAreRecorded({ lab, notifications, attempts }: Picture): Iterable<string> {
  const { requests, accepted } = lab.seen;
  for (const row of notifications) {
    if (row.status === 'sent' && !accepted.has(row.id)) yield `${describe(row)} never arrived`;
    if (row.status === 'sending') continue;
    const recorded = attempts.get(row.id)?.length ?? 0;
    const made = requests.get(row.id) ?? 0;
    if (made > recorded) yield `${describe(row)} has ${recorded} attempts on record of ${made}`;
  }
}

const FIRING: readonly NotificationEvent[] = [
  'raised',
  'escalated',
  'reminder',
  // All that a fallback may know of it.
  'acknowledged',
  'flapping_started',
  'flapping_stopped',
];

/** Each new alert is queued for every channel that its routes select, or its timeline says why not. */
export function* raisedIsQueued(picture: Picture): Iterable<string> {
  const { alerts, before, notifications, timelines } = picture;
  const known = new Set(before?.alerts.map(({ id }) => id));
  for (const alert of alerts) {
    if (known.has(alert.id)) continue;
    const timeline = timelines.get(alert.id) ?? [];
    const isExplained = timeline.some(
      ({ type, channel_reason }) =>
        type === 'flapping_started' ||
        (channel_reason !== null && channel_reason.includes('"channelIds":null')),
    );
    if (isExplained) continue;
    const queued = new Set(
      notifications.filter((row) => row.alert_id === alert.id).map((row) => row.channel_id),
    );
    const reasons = timeline.flatMap(({ channel_reason }) => channel_reason ?? []).join();
    for (const id of targetsOf(alert, picture)) {
      if (!queued.has(id) && !reasons.includes(id))
        yield `alert ${alert.id} is not queued for ${id}`;
    }
  }
}

/** A recovery is queued for every channel that a firing was tried on, or the timeline says why not. */
export function* resolvedIsQueued(picture: Picture): Iterable<string> {
  const { alerts, before, notifications, timelines, attempts, channels } = picture;
  const closed = new Set(before?.alerts.filter((it) => it.closed_at !== null).map(({ id }) => id));
  for (const { id, state, is_message } of alerts) {
    if (state !== 'resolved' || is_message === 1 || closed.has(id)) continue;
    const timeline = timelines.get(id) ?? [];
    if (timeline.some(({ type }) => type === 'flapping_started')) continue;
    const reasons = timeline.flatMap(({ channel_reason }) => channel_reason ?? []).join();
    if (reasons.includes('"channelIds":null')) continue;
    const rows = notifications.filter(({ alert_id }) => alert_id === id);
    for (const channel of channels) {
      const ofChannel = rows.filter(({ channel_id }) => channel_id === channel.id);
      const wasTried = ofChannel.some((row) => attempts.has(row.id) && FIRING.includes(row.event));
      const isQueued = ofChannel.some(({ event }) => event === 'resolved');
      if (wasTried && !isQueued && !reasons.includes(channel.id)) {
        yield `the end of alert ${id} is not queued for ${channel.name}`;
      }
    }
  }
}

function targetsOf(alert: AlertRecord, { lab, channels }: Picture): string[] {
  const routes = lab.records.routes();
  const enabled = new Set(channels.filter((it) => it.enabled === 1).map(({ id }) => id));
  if (routes.length === 0) return [...enabled];
  const targets = new Set<string>();
  for (const route of routes) {
    const [matcher] = route.matchers;
    if (isWorse(route.minSeverity, alert.severity)) continue;
    if (matcher !== undefined && matcher !== `kind="${alert.kind}"`) continue;
    for (const id of route.channelIds) if (enabled.has(id)) targets.add(id);
    if (!route.continue) break;
  }
  return [...targets];
}

/** Nothing waits for longer than the policy of its channel asks for, whatever the clock was set to. */
export function* waitsAreBounded(picture: Picture): Iterable<string> {
  const { notifications, channels, now, lab } = picture;
  if (!lab.machine.core.writer.healthy) return;
  const policies = new Map(channels.map(({ id, retry }) => [id, JSON.parse(retry) as RetryPolicy]));
  for (const row of notifications) {
    const policy = policies.get(row.channel_id);
    if (!policy || row.due_at === null || row.hold_kind !== null) continue;
    const waitMs = row.due_at - now;
    if (waitMs > policy.capMs) yield `${describe(row)} waits for ${waitMs} ms`;
  }
}

/** How long something may be due that nothing holds: a turn of the scheduler, which is a minute at most. */
const OVERDUE_MS = 3 * MINUTE_MS;

/** Checks that every due notification leaves, unless its lane, a mute or an earlier row holds it. */
export function* nothingIsOverdue(picture: Picture): Iterable<string> {
  const { before, notifications, now, monotonicMs, lab } = picture;
  if (!before || before.starts !== picture.starts || !lab.machine.core.writer.healthy) return;
  if (monotonicMs - before.monotonicMs < OVERDUE_MS) return;
  const free = new Map(dueIn(before).map((row) => [row.id, row]));
  for (const row of dueIn(picture)) {
    const same = free.get(row.id);
    // It was due and free all the time, and nothing about it or its channel has changed.
    if (same?.updated_at !== row.updated_at || same.due_at !== row.due_at) continue;
    if (laneOf(before, row) !== laneOf(picture, row)) continue;
    const isFirst = !notifications.some(
      (other) =>
        other.channel_id === row.channel_id &&
        other.condition_id === row.condition_id &&
        other.seq < row.seq &&
        ['pending', 'failed', 'sending'].includes(other.status),
    );
    if (isFirst) yield `${describe(row)} has been due for ${now - (row.due_at ?? now)} ms`;
  }
}

/** Returns the notifications that are due, free, and in a lane that is open. */
const dueIn = ({ notifications, channels, now, pause }: Picture): NotificationRecord[] => {
  if (pause) return [];
  const open = new Set(channels.filter(isOpen).map(({ id }) => id));
  return notifications.filter(
    (row) =>
      row.due_at !== null &&
      row.due_at <= now &&
      row.hold_kind === null &&
      open.has(row.channel_id),
  );
};

const isOpen = (channel: ChannelRecord): boolean =>
  channel.enabled === 1 &&
  channel.health === 'closed' &&
  channel.attention === null &&
  channel.throttle === null &&
  channel.rate_limit === null &&
  channel.paused_since === null;

const laneOf = ({ channels }: Picture, { channel_id }: NotificationRecord): string =>
  JSON.stringify(channels.find(({ id }) => id === channel_id));

/** Checks that the core's memory equals the database. */
export function* memoryEqualsDatabase({ lab, channels, pause }: Picture): Iterable<string> {
  const { core } = lab.machine;
  const kept = core.channels.all();
  for (const row of channels) {
    const inMemory = kept.find(({ id }) => id === row.id);
    const isSame =
      inMemory?.enabled === (row.enabled === 1) &&
      inMemory.health.state === row.health &&
      inMemory.health.failures === row.failures &&
      (inMemory.paused?.until ?? null) === row.paused_until;
    if (!isSame) yield `channel ${row.name} differs in memory`;
  }
  if (kept.length !== channels.length) yield `${kept.length} channels in memory`;
  if (!isDeepStrictEqual(core.pause.current(), pause)) yield 'the pause differs in memory';
  const silences = core.silences.standing().map(({ id, endsAt }) => `${id} ${endsAt}`);
  const stand = lab.records.silences().map(({ id, ends_at }) => `${id} ${ends_at}`);
  if (silences.sort().join() !== stand.sort().join()) yield 'silences differ in memory';
}

/** Checks that the counts kept as rows change equal a count of the rows. */
export function* keptCountsEqualCounted({ wrongCounts }: Picture): Iterable<string> {
  for (const table of wrongCounts) yield `${table} differs from the rows`;
}

/** A recovery goes to those for whom the firing was queued, once. */
export function* queuedInOrder({ notifications }: Picture): Iterable<string> {
  const stories = Map.groupBy(
    notifications.filter((row) => row.alert_id !== null),
    (row) => `${row.condition_id ?? ''} ${row.channel_id}`,
  );
  for (const rows of stories.values()) {
    for (const [at, row] of rows.entries()) {
      if (row.event !== 'resolved' || row.fallback_of !== null) continue;
      const earlier = rows.slice(0, at).filter(({ alert_id }) => alert_id === row.alert_id);
      if (earlier.some((it) => it.event === 'resolved' && it.fallback_of === null))
        yield `${describe(row)} is the second`;
      if (!earlier.some(({ event }) => FIRING.includes(event))) {
        yield `${describe(row)} without a firing before it`;
      }
    }
  }
}

/** Nothing waits any more: every notification is sent, dead or cancelled. */
export function* queueIsEmpty({ notifications }: Picture): Iterable<string> {
  for (const row of notifications) {
    if (['pending', 'sending', 'failed'].includes(row.status)) yield `${describe(row)} still waits`;
  }
}

const identityOf = (it: { source: string; host: string; kind: string; dedupKey: string }): string =>
  JSON.stringify([it.source, it.host, it.kind, it.dedupKey]);

/**
 * Checks that a receiver's belief, from nothing but the messages that it has accepted, is true: it takes for
 * open what is open, and for closed what is closed.
 */
export function* beliefEqualsTruth(picture: Picture): Iterable<string> {
  const { lab, alerts, channels } = picture;
  for (const channel of channels) {
    const beliefs = new Map<string, Heard>();
    for (const heard of lab.seen.heard.get(receiverOf(channel.name)) ?? []) {
      beliefs.set(identityOf(heard), heard);
    }
    const conditions = Map.groupBy(
      alerts.filter(({ is_message }) => is_message === 0),
      ({ source, host, kind, dedup_key }) =>
        identityOf({ source, host, kind, dedupKey: dedup_key }),
    );
    for (const [identity, episodes] of conditions) {
      const belief = beliefs.get(identity);
      const newest = episodes.at(-1);
      if (!newest) continue;
      const isOpen = newest.closed_at === null;
      const isBelieved =
        belief !== undefined && belief.state !== 'resolved' && belief.state !== 'expired';
      if (isOpen === isBelieved || isExcused(picture, channel.id, newest)) continue;
      yield `${channel.name} takes ${identity} for ${isBelieved ? 'open' : 'closed'} by ${belief?.event ?? 'nothing'}`;
    }
  }
}

/** Returns true if the timeline or a person's discard excuses a channel from knowing of the newest episode. */
function isExcused(
  { notifications, timelines }: Picture,
  channelId: string,
  { id, state, condition_id }: AlertRecord,
): boolean {
  if (state === 'expired') return true;
  const rows = notifications.filter(
    (row) => row.condition_id === condition_id && row.channel_id === channelId,
  );
  const last = rows.at(-1);
  if (last?.cancel_reason === 'discarded') return true;
  if (last?.status === 'dead') return true;
  if (!rows.some(({ alert_id }) => alert_id === id)) return true;
  return (timelines.get(id) ?? []).some(
    ({ type, channel_reason }) =>
      type === 'dropped' && channel_reason?.includes(channelId) === true,
  );
}

/** Hold after every step. */
export const ALWAYS: Readonly<Record<string, Invariant>> = {
  acceptedIsStored,
  touchesAreCounted,
  timelinesReplay,
  oneOpenAlert,
  nothingVanishes,
  attemptsReplay,
  requestsAreRecorded,
  raisedIsQueued,
  resolvedIsQueued,
  acknowledgedIsNotRepeated,
  onlyRemindersAreLouder,
  announcedOnce,
  nothingIsOverdue,
  waitsAreBounded,
  memoryEqualsDatabase,
  queuedInOrder,
  continuedIsKnown,
  keptCountsEqualCounted,
};

/** Hold when everything has calmed down. */
export const IN_THE_END: Readonly<Record<string, Invariant>> = { queueIsEmpty, beliefEqualsTruth };
