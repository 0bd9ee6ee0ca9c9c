import type { AlertSnapshot } from '../contract/notification.ts';

/** A test belongs to no alert, yet destinations show one: this stands in for it. */
export const testSnapshot = (id: string, now: number): AlertSnapshot => ({
  id,
  source: 'belfry',
  host: 'belfry',
  kind: 'test',
  dedupKey: '',
  severity: 'info',
  state: 'open',
  message: 'This channel works: notifications arrive here.',
  labels: {},
  annotations: {},
  url: null,
  startedAt: now,
  lastSeenAt: now,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
});
