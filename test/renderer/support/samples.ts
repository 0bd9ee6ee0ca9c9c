import type { Alert, FlappingEvidence } from '../../../main/contract/alert.ts';
import type { Channel, ChannelHealth } from '../../../main/contract/channel.ts';
import type { Output } from '../../../main/contract/methods.ts';
import {
  alertSnapshot,
  type Attempt,
  type BulkJob,
  type DeadLetterGroup,
  type Notification,
  type NotificationRow,
} from '../../../main/contract/notification.ts';
import type { Overview } from '../../../main/contract/overview.ts';
import type { Change } from '../../../main/contract/push.ts';
import type { Session, Status, Token } from '../../../main/contract/system.ts';
import { legacy } from '../../support/failures.ts';

/** Plausible models for tests: each takes what a test cares about, and fills in the rest. */

export const NOW_MS = 1_780_000_000_000;

/** A well-formed UUIDv7 that can be distinguished by its number. */
export const uuid = (number: number): string =>
  `0199a0b0-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const alert = (part: Partial<Alert> = {}): Alert => ({
  id: uuid(1),
  source: 'restic',
  host: 'nas',
  kind: 'backup_failed',
  dedupKey: '',
  severity: 'critical',
  state: 'open',
  message: 'The nightly backup did not finish.',
  labels: {},
  annotations: {},
  url: null,
  startedAt: NOW_MS - 300_000,
  lastSeenAt: NOW_MS - 60_000,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
  endsAt: null,
  autoAcknowledged: false,
  snoozedUntil: null,
  flapping: false,
  mutedBy: null,
  ...part,
});

/** Returns an answer to the detail pane's request. */
export const alertDetail = (part: Partial<Output<'alerts.get'>> = {}): Output<'alerts.get'> => ({
  ...alert(),
  timeline: [],
  notifications: [],
  flappingEvidence: null,
  explanation: [],
  ...part,
});

/** Five changes within a minute, the last a firing half a minute ago. */
export const flappingEvidence = (part: Partial<FlappingEvidence> = {}): FlappingEvidence => ({
  since: NOW_MS - 30_000,
  settlesAt: NOW_MS + 870_000,
  transitions: [
    { at: NOW_MS - 90_000, to: 'firing' },
    { at: NOW_MS - 70_000, to: 'resolved' },
    { at: NOW_MS - 50_000, to: 'firing' },
    { at: NOW_MS - 40_000, to: 'resolved' },
    { at: NOW_MS - 30_000, to: 'firing' },
  ],
  ...part,
});

export const notification = (part: Partial<Notification> = {}): NotificationRow => {
  const snapshot = alertSnapshot.parse(alert());
  const { lastError = 'connect ECONNREFUSED 192.0.2.7:8080' } = part;
  const shown: Notification = {
    id: uuid(101),
    alertId: snapshot.id,
    channelId: uuid(201),
    channelName: 'Phone relay',
    event: 'raised',
    status: 'dead',
    retryCount: 5,
    maxAttempts: 5,
    nextAttemptAt: null,
    lastErrorClass: 'connection',
    lastError,
    reason: lastError === null ? null : legacy(lastError),
    receiverText: null,
    cancelReason: null,
    held: false,
    hold: null,
    bundleId: null,
    obsolete: false,
    readAt: null,
    fallbackOf: null,
    requeuedBy: null,
    alert: snapshot,
    createdAt: NOW_MS - 900_000,
    updatedAt: NOW_MS - 30_000,
    ...part,
  };
  const { retryCount, nextAttemptAt } = shown;
  const at = nextAttemptAt === null ? null : new Date(nextAttemptAt).toISOString();
  return { ...shown, retry_count: retryCount, next_retry_at: at, last_error: lastError };
};

export const attempt = (part: Partial<Attempt> = {}): Attempt => ({
  id: 1,
  budget: 1,
  number: 1,
  startedAt: NOW_MS - 800_000,
  durationMs: 12,
  outcome: 'transient',
  failureClass: 'connection',
  error: 'connect ECONNREFUSED 192.0.2.7:8080',
  reason: legacy(part.error ?? 'connect ECONNREFUSED 192.0.2.7:8080'),
  receiverText: null,
  statusCode: null,
  responseExcerpt: null,
  request: null,
  templateProblem: null,
  requeuedBy: null,
  ...part,
});

/** Bulk work on a hundred that has just begun. */
export const job = (part: Partial<BulkJob> = {}): BulkJob => ({
  id: uuid(901),
  action: 'requeue',
  toChannelId: null,
  state: 'running',
  total: 100,
  skipped: 0,
  changed: 0,
  unchanged: 0,
  problem: null,
  reason: null,
  startedAt: NOW_MS - 1_000,
  endedAt: null,
  undoUntil: null,
  ...part,
});

export const letterGroup = (part: Partial<DeadLetterGroup> = {}): DeadLetterGroup => ({
  key: 'relay-connection',
  channelId: uuid(201),
  channelName: 'Phone relay',
  class: 'connection',
  cause: 'connect ECONNREFUSED <ip>:<port>',
  reason: legacy('connect ECONNREFUSED 192.0.2.7:8080'),
  receiverText: null,
  count: 12,
  obsolete: 0,
  firstAt: NOW_MS - 7_200_000,
  lastAt: NOW_MS - 60_000,
  ...part,
});

/** The health of a channel whose last attempt succeeded. */
export const WELL: ChannelHealth = {
  state: 'closed',
  failures: 0,
  failingSince: null,
  lastFailure: null,
  reason: null,
  receiverText: null,
  probeAt: null,
  rejections: 0,
  workedAt: NOW_MS - 3_600_000,
};

export const channel = (part: Partial<Channel> = {}): Channel => ({
  id: uuid(201),
  kind: 'webhook',
  name: 'Phone relay',
  enabled: true,
  paused: null,
  target: 'https://relay.lan/…',
  configured: ['url'],
  config: {},
  retry: { baseMs: 60_000, capMs: 3_600_000, maxAttempts: 5, jitter: true },
  rateLimit: null,
  fallbackChannelId: null,
  autoRequeue: true,
  resolveOnlyIfDelivered: false,
  language: null,
  templates: {},
  templateFailure: null,
  health: WELL,
  attention: null,
  throttle: null,
  createdAt: NOW_MS - 9_000_000,
  updatedAt: NOW_MS - 9_000_000,
  ...part,
});

export const token = (part: Partial<Token> = {}): Token => ({
  id: uuid(301),
  name: 'prometheus',
  scope: 'ingest',
  source: null,
  createdAt: NOW_MS - 9_000_000,
  lastUsedAt: null,
  ...part,
});

export const session = (part: Partial<Session> = {}): Session => ({
  id: uuid(401),
  createdAt: NOW_MS - 9_000_000,
  lastSeenAt: NOW_MS - 60_000,
  expiresAt: NOW_MS + 86_400_000,
  address: '192.168.1.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  current: false,
  ...part,
});

export const status = (part: Partial<Status> = {}): Status => ({
  version: '0.1.0',
  host: 'headless',
  platform: 'linux',
  language: 'system',
  dataDir: '/var/lib/belfry',
  startedAt: NOW_MS - 9_000_000,
  url: 'http://127.0.0.1:8377',
  urlProblem: null,
  urlReason: null,
  mail: { address: null, problem: null, reason: null },
  alerts: { open: 0, acknowledged: 0, critical: 0, worst: null },
  notifications: { pending: 0, sending: 0, failed: 0, dead: 0 },
  enabledChannels: 1,
  pause: null,
  pausedUntil: null,
  flapping: 0,
  heartbeatsDown: 0,
  channelsDown: 0,
  channelsNeedingAttention: 0,
  channelsRateLimited: 0,
  rateLimitedUntil: null,
  channelsPaused: 0,
  routesWithoutChannel: 0,
  muting: { silences: 0, maintenanceWindows: 0, quietUntil: null, nextEndAt: null },
  storage: { writable: true, since: null, problem: null, reason: null },
  outboundHeartbeat: {
    enabled: false,
    lastAcceptedAt: null,
    failingSince: null,
    problem: null,
    reason: null,
    withheldSince: null,
    withheld: [],
  },
  backup: { lastAt: null, problem: null, reason: null },
  cluster: null,
  update: null,
  recovery: null,
  ...part,
});

/** Of a Belfry in which nothing has happened, unless a part says otherwise. */
export const overview = (part: Partial<Overview> = {}): Overview => {
  const hour = Math.floor(NOW_MS / 3_600_000) * 3_600_000;
  const hours = Array.from({ length: 24 }, (_, index) => hour - (23 - index) * 3_600_000);
  const since = hours[0] ?? NOW_MS;
  return {
    at: NOW_MS,
    since,
    status: status(),
    alerts: { open: { critical: 0, warning: 0, info: 0 }, acknowledged: 0, items: [] },
    deadLetters: {
      total: 0,
      obsolete: 0,
      groups: [],
      hours: hours.map((at) => ({ at, dead: 0 })),
    },
    deliveries: hours.map((at) => ({ at, sent: 0, failed: 0 })),
    channels: { total: 0, items: [] },
    timeline: { hosts: [], otherHosts: 0, completeSince: since, holdsAllOpen: true },
    heartbeats: { counts: { new: 0, up: 0, down: 0, paused: 0 }, items: [] },
    ...part,
  };
};

export const jobChange = (value: BulkJob): Change => ({ entity: 'bulk', id: value.id, value });

export const alertChange = (value: Alert): Change => ({ entity: 'alert', id: value.id, value });

export const notificationChange = (value: Notification): Change => ({
  entity: 'notification',
  id: value.id,
  value,
});
