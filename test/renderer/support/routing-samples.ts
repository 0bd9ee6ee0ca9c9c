import type { Heartbeat, HeartbeatEvent } from '../../../main/contract/heartbeat.ts';
import type { Output } from '../../../main/contract/methods.ts';
import type { ShownRoute } from '../../../main/contract/route.ts';
import {
  DEFAULT_SETTINGS,
  type QuietHours,
  type Settings,
} from '../../../main/contract/settings.ts';
import type { Inhibition, MaintenanceWindow, Silence } from '../../../main/contract/suppression.ts';
import { NOW_MS, uuid } from './samples.ts';

/** Plausible routes, silences and heartbeats: each takes what a test cares about, and fills in the rest. */

const HOUR_MS = 3_600_000;
const times = { createdAt: NOW_MS - 2 * HOUR_MS, updatedAt: NOW_MS - 2 * HOUR_MS };

export const route = (part: Partial<ShownRoute> = {}): ShownRoute => ({
  id: uuid(401),
  name: 'Disks',
  enabled: true,
  position: 1,
  matchers: ['severity="critical"', 'kind=~"disk_.*"'],
  minSeverity: 'info',
  channelIds: [uuid(201)],
  continue: false,
  holdForMs: 0,
  resolvedForMs: 0,
  group: null,
  reminder: null,
  escalation: [],
  problem: null,
  reason: null,
  ...times,
  ...part,
});

export const silence = (part: Partial<Silence> = {}): Silence => ({
  id: uuid(501),
  matchers: ['host="nas"'],
  startsAt: NOW_MS - HOUR_MS,
  endsAt: NOW_MS + 3 * HOUR_MS,
  author: 'window',
  comment: 'waits for its disk',
  state: 'active',
  matching: 2,
  ...times,
  ...part,
});

export const maintenanceWindow = (part: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  id: uuid(601),
  name: 'Sunday updates',
  enabled: true,
  matchers: [],
  schedule: { type: 'weekly', days: [7], from: '22:00', to: '02:00', timeZone: 'Europe/Berlin' },
  announceTo: [],
  comment: '',
  activeUntil: null,
  nextStartsAt: NOW_MS + 30 * HOUR_MS,
  ...times,
  ...part,
});

export const inhibition = (part: Partial<Inhibition> = {}): Inhibition => ({
  id: uuid(701),
  name: 'Host down',
  enabled: true,
  sourceMatchers: ['kind="agent_offline"'],
  targetMatchers: ['severity="warning"'],
  equal: ['host'],
  activeSources: 0,
  ...times,
  ...part,
});

export const quietHours = (part: Partial<QuietHours> = {}): QuietHours => ({
  enabled: true,
  timeZone: 'Europe/Berlin',
  periods: [{ days: [1, 2, 3, 4, 5], from: '22:00', to: '07:00' }],
  criticalPasses: true,
  ...part,
});

export const heartbeat = (part: Partial<Heartbeat> = {}): Heartbeat => ({
  id: uuid(801),
  name: 'Nightly backup',
  slug: 'nightly-backup',
  host: 'nas',
  kind: 'stale_schedule',
  severity: 'warning',
  schedule: { type: 'period', periodMs: 24 * HOUR_MS },
  graceMs: HOUR_MS,
  job: null,
  state: 'up',
  stateSince: NOW_MS - 40 * 24 * HOUR_MS,
  pingId: '3f1c7d0e-5a52-4f0e-9c0b-6a3f4f6f1a11',
  lastPingAt: NOW_MS - 2 * HOUR_MS,
  startedAt: null,
  lastDurationMs: 250_000,
  expectedAt: NOW_MS + 22 * HOUR_MS,
  lateAt: NOW_MS + 23 * HOUR_MS,
  ...times,
  ...part,
});

/** As `heartbeats.get` returns it. */
export const heartbeatDetail = (
  part: Partial<Output<'heartbeats.get'>> = {},
): Output<'heartbeats.get'> => ({ ...heartbeat(part), timeline: [], days: [], ...part });

export const heartbeatEvent = (part: Partial<HeartbeatEvent> = {}): HeartbeatEvent => ({
  id: 1,
  at: NOW_MS - 2 * HOUR_MS,
  type: 'succeeded',
  runId: null,
  exitStatus: null,
  durationMs: null,
  detail: '',
  reason: null,
  ...part,
});

/** The settings of a fresh host with these quiet hours. */
export const settingsWith = (value: QuietHours): Settings => ({
  ...DEFAULT_SETTINGS,
  quietHours: value,
});
