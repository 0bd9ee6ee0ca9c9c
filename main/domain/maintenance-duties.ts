import type { Calendar, Span } from './calendar-span.ts';

/** A maintenance window that is enabled, as far as its announcements matter. */
export interface AnnouncedWindow {
  readonly id: string;
  readonly name: string;
  /** None announces nothing. */
  readonly announceTo: readonly string[];
  readonly updatedAt: number;
  readonly calendar: Calendar;
}

/** The last period of a window that was announced, or left out; its end as far as it is known. */
export interface AnnouncedPeriod extends Span {
  readonly windowId: string;
  /** The window's name when it began. */
  readonly name: string;
  /** The channels that were notified of its begin. */
  readonly channelIds: readonly string[];
  /** True until its end is announced. */
  readonly isOn: boolean;
  /** The moment at which its begin or end was announced, ms UTC. */
  readonly handledAt: number;
}

/** A step that is due now. */
export type Duty =
  | { readonly kind: 'begin'; readonly window: AnnouncedWindow; readonly span: Span }
  /** A period that is on has another end than before. */
  | { readonly kind: 'follow'; readonly notice: AnnouncedPeriod; readonly span: Span }
  | {
      readonly kind: 'end';
      readonly notice: AnnouncedPeriod;
      readonly endedAt: number;
      /** True if its window is disabled or deleted. */
      readonly isGone: boolean;
    }
  /** The last period of a window that is disabled or deleted. */
  | { readonly kind: 'forget'; readonly windowId: string }
  /** A period that came and went while Belfry was not running. */
  | { readonly kind: 'miss'; readonly window: AnnouncedWindow; readonly span: Span };

/** A clock that is set back further had shown a wrong time. */
const SETBACK_MAX_MS = 86_400_000;

/** Returns the period of `window` as it is now, if it is the one that was announced and has not ended. */
function continuedSpan(
  window: AnnouncedWindow | undefined,
  notice: AnnouncedPeriod,
  now: number,
): Span | null {
  // A clock that was set back a little ends nothing that has begun; one that had been far ahead was wrong.
  if (notice.startsAt - now > SETBACK_MAX_MS) return null;
  const span = window?.calendar.spanAt(Math.max(now, notice.startsAt)) ?? null;
  return notice.isOn && span !== null && span.startsAt <= notice.endsAt ? span : null;
}

function ofNotice(
  window: AnnouncedWindow | undefined,
  notice: AnnouncedPeriod,
  now: number,
): Duty[] {
  if (!notice.isOn) return window ? [] : [{ kind: 'forget', windowId: notice.windowId }];
  const span = continuedSpan(window, notice, now);
  if (span === null) {
    const endedAt = Math.min(now, notice.endsAt);
    return [{ kind: 'end', notice, endedAt, isGone: !window }];
  }
  return span.endsAt === notice.endsAt ? [] : [{ kind: 'follow', notice, span }];
}

/** Returns the first period since the last look that has passed; null when there is none. */
function missedSpan({ calendar, updatedAt }: AnnouncedWindow, endsAt: number, now: number) {
  const start = calendar.nextStart(Math.max(updatedAt, endsAt));
  if (start === null || start > now) return null;
  const span = calendar.spanAt(start);
  return span && span.endsAt <= now ? span : null;
}

function ofWindow(
  window: AnnouncedWindow,
  notice: AnnouncedPeriod | undefined,
  now: number,
): Duty[] {
  if (window.announceTo.length === 0) return [];
  if (notice && continuedSpan(window, notice, now)) return [];
  const missed = missedSpan(window, notice?.endsAt ?? 0, now);
  const span = window.calendar.spanAt(now);
  // One that was changed after its end was announced begins once more; a clock that was set back begins nothing.
  const isHandled =
    notice?.startsAt === span?.startsAt && window.updatedAt <= (notice?.handledAt ?? -Infinity);
  return [
    ...(missed ? [{ kind: 'miss', window, span: missed } as const] : []),
    ...(span && !isHandled ? [{ kind: 'begin', window, span } as const] : []),
  ];
}

/** Returns what is to be announced at `now` (ms UTC), in order; `windows` are those that are enabled. */
export function maintenanceDuties(
  windows: readonly AnnouncedWindow[],
  notices: readonly AnnouncedPeriod[],
  now: number,
): Duty[] {
  const byId = new Map(windows.map((window) => [window.id, window]));
  const known = new Map(notices.map((notice) => [notice.windowId, notice]));
  return [
    ...notices.flatMap((notice) => ofNotice(byId.get(notice.windowId), notice, now)),
    ...windows.flatMap((window) => ofWindow(window, known.get(window.id), now)),
  ];
}

/** Returns the next moment after `now` at which something may be due; null when none will. */
export function nextDutyAt(
  windows: readonly AnnouncedWindow[],
  notices: readonly AnnouncedPeriod[],
  now: number,
): number | null {
  const on = new Set(notices.filter(({ isOn }) => isOn).map(({ windowId }) => windowId));
  const moments = windows
    .filter(({ id, announceTo }) => announceTo.length > 0 || on.has(id))
    .flatMap(({ calendar }) => calendar.spanAt(now)?.endsAt ?? calendar.nextStart(now) ?? []);
  return moments.length === 0 ? null : Math.min(...moments);
}
