import { describe, expect, test } from 'vitest';
import { statusText } from '../../main/cli/commands/status-text.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import type { ClusterCore } from '../../main/contract/cluster.ts';
import type { Status } from '../../main/contract/system.ts';

const PLAIN = { colour: false, columns: null, messages: messagesFor('en') };

const BUSY: Status = {
  version: '1.2.3',
  host: 'headless',
  platform: 'linux',
  language: 'system',
  dataDir: '/srv/belfry',
  startedAt: 0,
  url: null,
  urlProblem: null,
  urlReason: null,
  mail: { address: null, problem: null, reason: null },
  alerts: { open: 12_345, acknowledged: 2_345, critical: 3, worst: 'critical' },
  notifications: { pending: 50_000, sending: 16, failed: 1_000, dead: 1_234_567 },
  enabledChannels: 1_001,
  pause: null,
  pausedUntil: null,
  flapping: 1_200,
  heartbeatsDown: 0,
  channelsDown: 1_002,
  channelsNeedingAttention: 1_003,
  channelsRateLimited: 1_004,
  rateLimitedUntil: Date.UTC(2026, 0, 15, 12),
  channelsPaused: 0,
  routesWithoutChannel: 0,
  muting: { silences: 4_000, maintenanceWindows: 0, quietUntil: null, nextEndAt: null },
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
};

describe('the status', () => {
  test('groups the digits of every count in one way', () => {
    const text = statusText(BUSY, PLAIN);
    expect(text).toMatch(/^Alerts +12,345 open, 2,345 acknowledged$/m);
    expect(text).toMatch(
      /^Queue +50,000 queued, 16 sending, 1,000 retrying, 1,234,567 dead letters$/m,
    );
    expect(text).toMatch(/^Channels +1,001 enabled, 1,002 down$/m);
    expect(text).toMatch(/^Rate limited +1,004 channels, by the receiver until /m);
    const counts = text.split('\n').filter((line) => !/^(Version|Backup|Rate limited)/.test(line));
    expect(counts.filter((line) => /\d{4}/.test(line))).toEqual([]);
  });

  test('leaves out what counts nothing', () => {
    const text = statusText({ ...BUSY, flapping: 0 }, PLAIN);
    expect(text).not.toMatch(/^(Flapping|Heartbeats down|Maintenance)/m);
    expect(text).toMatch(/^Silences +4,000$/m);
  });

  test('names the cores of a cluster, and how each of them does', () => {
    const core = (name: string) => ({ core: name, url: `http://${name}`, version: '1.2.3' });
    const shared = { behind: 0, missingSince: null };
    const cores: ClusterCore[] = [
      { ...core('nas'), ...shared, state: 'leading' },
      { ...core('pi'), ...shared, state: 'following' },
      { ...core('pve'), ...shared, state: 'following', behind: 20_000 },
      { ...core('old'), ...shared, state: 'missing', missingSince: Date.UTC(2026, 0, 15, 12) },
    ];
    const cluster = { name: 'home', core: 'nas', inReach: true, cores };
    expect(statusText({ ...BUSY, cluster }, PLAIN)).toMatch(
      /^Cluster +home: nas \(Leads\), pi \(Up to date\), pve \(20,000 transactions behind\), old \(Not there since .+\)$/m,
    );
    expect(statusText(BUSY, PLAIN)).not.toContain('Cluster');
  });

  test('says that a pause has no end', () => {
    const text = statusText({ ...BUSY, pause: { until: null } }, PLAIN);
    expect(text).toMatch(/^Paused until +someone resumes deliveries$/m);
  });
});
