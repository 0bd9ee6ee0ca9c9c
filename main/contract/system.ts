import { z } from 'zod';
import { recovery } from './backup.ts';
import { clusterStatus } from './cluster.ts';
import { outboundHeartbeatStatus } from './outbound-heartbeat.ts';
import { languageSetting } from './language.ts';
import { id, name, severity, timestampMs } from './primitives.ts';
import { auditReason } from './reasons/audit-reasons.ts';
import { backupReason, httpReason, storageReason } from './reasons/host-reasons.ts';
import { LIMITS } from './limits.ts';
import { mailStatus } from './incoming-mail.ts';

/** `ingest` sends events and nothing else; `operate` is ingest, read and act; `admin` is everything. */
export const tokenScope = z.enum(['ingest', 'read', 'operate', 'admin']);
export type TokenScope = z.infer<typeof tokenScope>;

export const token = z.object({
  id,
  name: z.string(),
  scope: tokenScope,
  source: z.string().nullable(),
  createdAt: timestampMs,
  lastUsedAt: timestampMs.nullable(),
});
export type Token = z.infer<typeof token>;

export const tokenInput = z.strictObject({
  name,
  scope: tokenScope,
  source: z.string().trim().min(1).max(LIMITS.identityCharsMax).optional(),
});

/** The secret itself is shown this once; only its hash is kept. */
export const tokenCreated = z.object({ id, token: z.string() });

/** A window that is signed in. Its id is for people; the secret is in the browser's cookie alone. */
export const session = z.object({
  id,
  createdAt: timestampMs,
  /** To within five minutes; null for sessions from before that was kept. */
  lastSeenAt: timestampMs.nullable(),
  expiresAt: timestampMs,
  /** The address and the user agent of its sign-in; null for sessions from before these were stored. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** True if it is the session that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof session>;
export type SessionOnList = Omit<Session, 'current'>;

/** Somebody has paused all deliveries: everything is queued and waits. */
export const deliveryPause = z.object({
  /** The moment at which they resume; null if they wait for somebody to resume them. */
  until: timestampMs.nullable(),
});
export type DeliveryPause = z.infer<typeof deliveryPause>;

/** A release that is newer than what runs. */
export const availableUpdate = z.object({
  version: z.string(),
  /** Its page among the project's releases. */
  url: z.string(),
  /** The release notes, as plain text. */
  notes: z.string(),
});
export type AvailableUpdate = z.infer<typeof availableUpdate>;

/** A position in the stream of changes: the epoch of the core, and the seq of a change. */
const streamPosition = z.object({ epoch: z.string(), seq: z.int() });
export type StreamPosition = z.infer<typeof streamPosition>;

/** The state of the whole core, from which tray, badge and banners are drawn. */
export const status = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'headless']),
  /** The operating system as Node.js names it: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  /** The setting, by which windows and tray speak. */
  language: languageSetting,
  dataDir: z.string(),
  startedAt: timestampMs,
  /** The address that senders on this machine can use; null when HTTP is off. */
  url: z.string().nullable(),
  /** The reason, for people, why HTTP could not be opened (a port in use); null if there is none. */
  urlProblem: z.string().nullable(),
  /** `urlProblem` as data. */
  urlReason: httpReason.nullable(),
  /** Incoming mail. */
  mail: mailStatus,
  alerts: z.object({
    open: z.int(),
    acknowledged: z.int(),
    /** Open ones that are critical. */
    critical: z.int(),
    /** The worst severity among open alerts; null when none is open. */
    worst: severity.nullable(),
  }),
  notifications: z.object({
    pending: z.int(),
    sending: z.int(),
    failed: z.int(),
    dead: z.int(),
  }),
  enabledChannels: z.int(),
  /** The pause of all deliveries; null while they run. */
  pause: deliveryPause.nullable(),
  /** The end of that pause; null without a pause, and when it lasts until somebody ends it. */
  pausedUntil: timestampMs.nullable(),
  /** Conditions that flap. */
  flapping: z.int(),
  heartbeatsDown: z.int(),
  /** Channels that are down, and channels that want a person. */
  channelsDown: z.int(),
  channelsNeedingAttention: z.int(),
  /** Channels that their receivers hold for the number of messages, and until when the last of them is held. */
  channelsRateLimited: z.int(),
  rateLimitedUntil: timestampMs.nullable(),
  /** Channels that somebody has paused. */
  channelsPaused: z.int(),
  /** Routes that notify no one, or with a step that does not: every channel is disabled or gone. */
  routesWithoutChannel: z.int(),
  /** The mutes in force, and the moment at which the first of them ends. */
  muting: z.object({
    silences: z.int(),
    maintenanceWindows: z.int(),
    quietUntil: timestampMs.nullable(),
    nextEndAt: timestampMs.nullable(),
  }),
  /** The state of storage: if nothing can be stored, since when, the problem and the fix in words. */
  storage: z.object({
    writable: z.boolean(),
    since: timestampMs.nullable(),
    problem: z.string().nullable(),
    reason: storageReason.nullable(),
  }),
  /** The heartbeat that Belfry sends to whatever watches it. */
  outboundHeartbeat: outboundHeartbeatStatus,
  /** The newest backup, and why the last one could not be made. */
  backup: z.object({
    lastAt: timestampMs.nullable(),
    problem: z.string().nullable(),
    reason: backupReason.nullable(),
  }),
  /** The cores that share everything; null where this one is alone. */
  cluster: clusterStatus.nullable(),
  /** A newer version than the one that runs; null while none is known. */
  update: availableUpdate.nullable(),
  /** The last recovery, until somebody dismisses it; null if there is none. */
  recovery: recovery.nullable(),
  /**
   * The position of the stream of changes: everything requested later is at least as new. Absent from a pushed
   * status, which has a position anyway.
   */
  position: streamPosition.optional(),
});
export type Status = z.infer<typeof status>;

/** Without a duration the pause lasts until somebody ends it. */
export const pauseInput = z.strictObject({
  durationMs: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .optional(),
});

export const signInLink = z.object({ url: z.string(), expiresAt: timestampMs });
export type SignInLink = z.infer<typeof signInLink>;

/** One row of what operators did; `detail` is `reason` in words, empty where there is none. */
export const auditEntry = z.object({
  id: z.int(),
  at: timestampMs,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  reason: auditReason.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditQuery = z.strictObject({
  subject: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSizeMax).default(50),
});

/** Metrics by name, as JSON. A labelled one has one entry for each set of labels, `name{label="value"}`. */
export const metricsSnapshot = z.object({
  gauge: z.record(z.string(), z.number()),
  counter: z.record(z.string(), z.number()),
  uptime: z.object({
    /** Seconds since the start; it stands still while the machine sleeps. */
    uptime_seconds: z.int(),
    server_started: z.iso.datetime(),
    measured_at: z.iso.datetime(),
  }),
});
