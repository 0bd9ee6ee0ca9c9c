import { failureClass, type FailureClass } from '../../main/contract/failure-class.ts';
import type { Input } from '../../main/contract/methods.ts';
import {
  notificationEvent,
  type DeadLetterFilter,
  type NotificationEvent,
  type NotificationStatus,
} from '../../main/contract/notification.ts';
import { isId, type RouteParams } from '../app/route.ts';

const HOUR_MS = 3_600_000;

/** Times that end now, by the name that the address has for them. */
export const RECENT = { '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS } as const;
export type Recent = keyof typeof RECENT;

/** A time with a beginning and an end (excluded), ms UTC, or one that ends now. */
export type TimeSpan = Recent | { readonly from: number; readonly to: number };

/** The query that finds the notifications of a list; null leaves a field open. */
export interface NotificationQuery {
  readonly status: NotificationStatus | null;
  readonly channelId: string | null;
  /** A group of dead letters. */
  readonly group: string | null;
  readonly failureClass: FailureClass | null;
  readonly event: NotificationEvent | null;
  readonly obsolete: boolean | null;
  /** The time at which dead letters died, and at which everything else was queued. */
  readonly time: TimeSpan | null;
  readonly search: string;
}

export const EVERYTHING: NotificationQuery = {
  ...{ status: null, channelId: null, group: null, failureClass: null },
  ...{ event: null, obsolete: null, time: null, search: '' },
};

/** The filters with which a person narrows a list down. */
export type Filters = Omit<NotificationQuery, 'status' | 'group'>;
const { status: _status, group: _group, ...unfiltered } = EVERYTHING;
export const NO_FILTERS: Filters = unfiltered;

/** Returns true if nothing narrows the list down. */
export const isUnfiltered = (query: Filters): boolean =>
  (Object.keys(NO_FILTERS) as (keyof Filters)[]).every((key) => query[key] === NO_FILTERS[key]);

const isRecent = (text: string): text is Recent => text in RECENT;

function readTime(text: string): TimeSpan | null {
  if (isRecent(text)) return text;
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  return from === undefined || to === undefined ? null : { from: Number(from), to: Number(to) };
}

const OBSOLETE = { yes: true, no: false } as const;

/** Reads what a list of notifications has in the address, besides its tab. */
export const readFilters = (params: RouteParams): Filters => ({
  channelId: isId(params['channel']) ? params['channel'] : null,
  failureClass: failureClass.options.find((known) => known === params['cause']) ?? null,
  event: notificationEvent.options.find((known) => known === params['event']) ?? null,
  obsolete: OBSOLETE[params['obsolete'] as keyof typeof OBSOLETE] ?? null,
  time: readTime(params['time'] ?? ''),
  search: params['q'] ?? '',
});

export const writeFilters = (query: Filters) => ({
  channel: query.channelId,
  cause: query.failureClass,
  event: query.event,
  obsolete: query.obsolete === null ? null : query.obsolete ? 'yes' : 'no',
  time:
    query.time === null || typeof query.time === 'string'
      ? query.time
      : `${query.time.from}-${query.time.to}`,
  q: query.search === '' ? null : query.search,
});

function bounds(time: TimeSpan | null, nowMs: number): { from?: number; to?: number } {
  if (time === null) return {};
  return typeof time === 'string' ? { from: nowMs - RECENT[time] } : time;
}

const given = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && value !== undefined && value !== '',
    ),
  ) as { [K in keyof T]?: NonNullable<T[K]> };

/** Returns the contract's filter of the dead letters that a list shows, for lists, counts and bulk work alike. */
export function deadLetterFilter(query: Filters, nowMs: number): DeadLetterFilter {
  const { channelId, failureClass: failure, event, obsolete, search } = query;
  const { from, to } = bounds(query.time, nowMs);
  return given({
    ...{ channelId, failureClass: failure, event, obsolete, q: search },
    ...{ diedFrom: from, diedTo: to },
  });
}

/** Returns the contract's query of the notifications that a list shows. */
export function listInput(query: NotificationQuery, nowMs: number): Input<'notifications.list'> {
  const { status, group, time } = query;
  if (status === 'dead') {
    return { status: ['dead'], ...given({ group }), ...deadLetterFilter(query, nowMs) };
  }
  const { from, to } = bounds(time, nowMs);
  return {
    ...(status !== null && { status: [status] }),
    ...deadLetterFilter({ ...query, time: null }, nowMs),
    ...given({ createdFrom: from, createdTo: to }),
  };
}
