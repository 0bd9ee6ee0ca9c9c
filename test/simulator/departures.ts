import type { NotificationEvent } from '../../main/contract/notification.ts';
import type { QuietHours } from '../../main/contract/settings.ts';
import type { MaintenanceSchedule } from '../../main/contract/suppression.ts';
import type { Departure } from './observations.ts';
import type { AlertRecord, NotificationRecord, Records } from './records.ts';

const HOUR_MS = 3_600_000;
const QUIET_FROM_HOUR = 22;
const QUIET_TO_HOUR = 7;

/** A rule about messages, checked at the moment at which one leaves. */
export type Rule = (departure: Departure, records: Records) => Iterable<string>;

const describe = ({ seq, event }: NotificationRecord): string => `notification ${seq} (${event})`;

/** Every message that leaves is a claimed notification, or a bundle of them. */
export function* isClaimed({ rows, messageId, isProbe }: Departure): Iterable<string> {
  if (rows.length === 0 && !isProbe) yield `message ${messageId} is no claimed notification`;
}

/**
 * Per channel and condition, what was queued first leaves first: nothing overtakes an earlier row that is
 * neither settled nor held, and nothing leaves after a later row, unless somebody requeued it.
 */
export function* keepsOrder({ rows }: Departure, records: Records): Iterable<string> {
  for (const row of rows) {
    if (row.condition_id === null) continue;
    const isRepeat = row.bundle_id !== null && row.retry_count > 0;
    for (const other of records.sameStory(row)) {
      const isRequeued = other.budget > 1;
      const waits = !isRequeued && (other.status === 'pending' || other.status === 'failed');
      const isOnItsWay = other.status === 'sending' && !rows.some(({ id }) => id === other.id);
      if (other.seq < row.seq && !isRepeat && ((waits && other.hold_kind === null) || isOnItsWay)) {
        yield `${describe(row)} overtakes ${describe(other)}, which is ${other.status}`;
      }
      if (other.seq > row.seq && other.status === 'sent' && row.budget === 1) {
        yield `${describe(row)} leaves after ${describe(other)}`;
      }
    }
  }
}

const SPEAKS_OF_FIRING: ReadonlySet<NotificationEvent> = new Set([
  'raised',
  'escalated',
  'reminder',
  'acknowledged',
]);

/**
 * Nothing says that an alert fires which had resolved before the message was claimed, unless it was requeued,
 * or a person discarded what says so instead.
 */
export function* isNews({ rows }: Departure, records: Records): Iterable<string> {
  for (const row of rows) {
    const isRepeated = row.budget > 1 || row.fallback_of !== null;
    if (isRepeated || row.is_message === 1 || !SPEAKS_OF_FIRING.has(row.event)) continue;
    const alert = records.alert(row.alert_id ?? '');
    if (alert?.state !== 'resolved' || !isBefore(alert.closed_at, row)) continue;
    if (!records.sameStory(row).some(({ cancel_reason }) => cancel_reason === 'discarded')) {
      yield `${describe(row)} leaves although its alert has resolved`;
    }
  }
}

/** Nothing leaves during a mute that covers it and that was there before the message was claimed. */
export function* respectsMutes({ at, rows }: Departure, records: Records): Iterable<string> {
  for (const row of rows) {
    const alert = row.past_holds === 0 && records.alert(row.alert_id ?? '');
    if (!alert) continue;
    const mute =
      pausedBy(row, at, records) ??
      ruledOut(alert, row, at, records) ??
      inhibited(alert, row, records) ??
      snoozed(alert, row, at, records) ??
      quieted(row, at, records);
    if (mute !== null) yield `${describe(row)} leaves although it is muted by ${mute}`;
  }
}

/** Returns true if something happened before the row was claimed, in an earlier transaction. */
const isBefore = (at: number | null, row: NotificationRecord): boolean =>
  at !== null && at < row.updated_at;

function pausedBy(row: NotificationRecord, at: number, records: Records): string | null {
  if (records.pause(at) && isBefore(records.lastDone('deliveries.pause'), row)) return 'a pause';
  const channel = records.channels().find(({ id }) => id === row.channel_id);
  if (!channel || !isBefore(channel.paused_since, row)) return null;
  const isPaused = channel.paused_until === null || channel.paused_until > at;
  // A pause that began by another clock says nothing.
  return isPaused && isBefore(records.lastDone('channel.pause'), row) ? 'a paused channel' : null;
}

function ruledOut(
  { kind, host }: AlertRecord,
  row: NotificationRecord,
  at: number,
  records: Records,
): string | null {
  const silence = records
    .silences()
    .some(
      (it) =>
        it.starts_at <= at &&
        it.ends_at > at &&
        isBefore(it.updated_at, row) &&
        it.matchers === JSON.stringify([`kind="${kind}"`]),
    );
  if (silence) return 'a silence';
  const window = records.maintenance().some((it) => {
    const schedule = JSON.parse(it.schedule) as MaintenanceSchedule;
    const isOn =
      schedule.type === 'once' &&
      new Date(schedule.startsAt).getTime() <= at &&
      new Date(schedule.endsAt).getTime() > at;
    return (
      isOn && isBefore(it.updated_at, row) && it.matchers === JSON.stringify([`host="${host}"`])
    );
  });
  return window ? 'a maintenance window' : null;
}

function inhibited(alert: AlertRecord, row: NotificationRecord, records: Records): string | null {
  const rules = records
    .inhibitions()
    .filter(
      (it) =>
        isBefore(it.updated_at, row) &&
        it.target_matchers === JSON.stringify([`kind="${alert.kind}"`]),
    );
  for (const rule of rules) {
    const source = records
      .alerts()
      .find(
        (it) =>
          it.closed_at === null &&
          it.host === alert.host &&
          it.id !== alert.id &&
          rule.source_matchers === JSON.stringify([`kind="${it.kind}"`]),
      );
    if (source && isBefore(records.raisedAt(source.id), row)) return 'an inhibition';
  }
  return null;
}

function snoozed(
  { id, snoozed_until }: AlertRecord,
  row: NotificationRecord,
  at: number,
  records: Records,
): string | null {
  if (row.event === 'resolved' || snoozed_until === null || snoozed_until <= at) return null;
  return isBefore(records.lastSnoozedAt(id), row) ? 'a snooze' : null;
}

function quieted(row: NotificationRecord, at: number, records: Records): string | null {
  const settings = records.setting<{ quietHours?: Partial<QuietHours> }>('settings');
  if (settings?.quietHours?.enabled !== true) return null;
  const hour = Math.floor(at / HOUR_MS) % 24;
  if (hour >= QUIET_TO_HOUR && hour < QUIET_FROM_HOUR) return null;
  const { severity } = JSON.parse(row.snapshot) as { severity: string };
  const canWait = row.event === 'resolved' || row.event === 'acknowledged';
  if (severity === 'critical' && !canWait) return null;
  return isBefore(records.lastDone('settings.update'), row) ? 'quiet hours' : null;
}

export const AT_DEPARTURE: Readonly<Record<string, Rule>> = {
  isClaimed,
  keepsOrder,
  isNews,
  respectsMutes,
};
