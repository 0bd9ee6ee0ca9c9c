import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alertsPage } from '../../main/contract/alert.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { BelfryPeer } from './belfry-peer.ts';

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/senders.md'), 'utf8');

/** Blocks of the guide that are marked with `test=NAME`, by that name. */
const SNIPPETS = new Map(
  [...GUIDE.matchAll(/^```\w+ test=([\w-]+)\n(.*?)^```/gms)].map(([, name = '', text = '']) => [
    name,
    text,
  ]),
);

let belfry: BelfryPeer;
beforeEach(async () => {
  belfry = await BelfryPeer.start();
});
afterEach(() => belfry[Symbol.asyncDispose]());

/** A snippet, for the server and the token of this test. */
const snippet = (name: string): string =>
  (SNIPPETS.get(name) ?? '')
    .replaceAll('127.0.0.1:8377', belfry.host)
    .replaceAll('bf_your-token', belfry.token);

const shell = (name: string): Promise<string> =>
  belfry.run('bash', '-euo', 'pipefail', '-c', snippet(name));

function file(name: string): string {
  const path = join(belfry.dir, `${name}.yml`);
  writeFileSync(path, snippet(name));
  return path;
}

/** The checks of the snippets; a snippet without its check, or a check without its snippet, fails. */
const CHECKS: Readonly<Record<string, () => Promise<void>>> = {
  prometheus: async () => {
    const said = await belfry.run(
      'promtool',
      'check',
      'config',
      '--syntax-only',
      file('prometheus'),
    );
    expect(said).toContain('SUCCESS');
  },
  alertmanager: async () => {
    const said = await belfry.run('amtool', 'check-config', file('alertmanager'));
    expect(said).toContain('SUCCESS');
  },
  amtool: async () => {
    expect(await shell('amtool')).toMatch(/The disk is full +active[^]*"DiskFull"[^]* new disk/);
  },
  curl: async () => {
    expect((await shell('curl')).split('\n')).toEqual(['[]', '[]']);
  },
  push: async () => {
    const input = {
      name: 'NAS',
      host: 'nas',
      schedule: { type: 'period', periodMs: 60_000 },
      graceMs: 60_000,
    };
    const made = await belfry.call<{ id: string; pingId: string }>(
      'POST',
      '/api/v1/heartbeats',
      input,
    );
    const script = snippet('push').replace('your-heartbeat', made.pingId);
    expect(await belfry.run('bash', '-euo', 'pipefail', '-c', script)).toBe('{"ok":true}');
    const { state } = await belfry.call<{ state: string }>('GET', `/api/v1/heartbeats/${made.id}`);
    expect(state).toBe('up');
  },
  netdata: async () => {
    await using receiver = await HttpReceiver.start();
    const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
    await belfry.call('POST', '/api/v1/channels', channel);
    await alarms('netdata')();
    const { items } = alertsPage.parse(await belfry.call('GET', '/api/v1/alerts?limit=50'));
    expect(items).toMatchObject([
      {
        source: 'alerta',
        host: 'nas',
        kind: 'disk_space._srv.disk_space_usage',
        state: 'resolved',
        severity: 'critical',
        message: 'disk /srv space utilization (98%)',
      },
    ]);
    await receiver.count(3);
    expect(receiver.webhooks().map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.escalated',
      'alert.resolved',
    ]);
  },
  'netdata-slack': messages(
    'netdata-slack',
    [
      'netdata on nas: disk space usage = 92%, nas needs attention, warning',
      'netdata on nas: disk space usage = 98%, nas is critical, critical',
      'netdata on nas: disk space usage (alarm was raised for 10 minutes), nas recovered, info',
    ],
    alarms('netdata-slack'),
  ),
  'netdata-discord': messages(
    'netdata-discord',
    [
      'netdata on nas: disk space usage = 92%, nas needs attention, warning',
      'netdata on nas: disk space usage = 98%, nas is critical, critical',
      'netdata on nas: disk space usage (alarm was raised for 10 minutes), nas recovered, info',
    ],
    alarms('netdata-discord'),
  ),
  discord: messages('discord', [
    'discord: -, The scrub has ended, info',
    'Sonarr: Health check, Indexer is unavailable, critical',
  ]),
  'netdata-gotify': messages(
    'netdata-gotify',
    [
      'gotify: WARNING, disk_space_usage = 92%, on nas, Tue Dec  2 02:00:00 UTC 2025: disk_space._srv 92%, warning',
      'gotify: CRITICAL, disk_space_usage = 98%, on nas, Tue Dec  2 02:00:00 UTC 2025: disk_space._srv 98%, critical',
      'gotify: CLEAR, disk_space_usage = 60%, on nas, Tue Dec  2 02:00:00 UTC 2025: disk_space._srv 60%, info',
    ],
    alarms('netdata-gotify'),
  ),
  slack: messages('slack', [
    'nas: -, Pool tank (https://nas.lan) is degraded, warning',
    'backup: Backup, has failed, critical',
    "mattermost: -, by Mattermost's webhook, info",
    "rocket: -, by Rocket.Chat's webhook, info",
  ]),
  ntfy: messages('ntfy', [
    'backups: -, Backup went well, info',
    'nas: Disk, Nearly full, warning',
    'lab: JSON, by JSON, info',
    'door: -, by GET, info',
  ]),
  gotify: messages('gotify', ['gotify: Door, It is open, critical']),
  apprise: messages('apprise', [
    'gotify: Scrub, has ended, warning',
    'zfs: Scrub, has ended, warning',
    'apprise: Scrub, has failed, critical',
    'pool: Scrub, has ended, info',
  ]),
};

/** What happens to one alarm of Netdata: its status, the status and the value before, and the value. */
const NETDATA_CHANGES = [
  ['WARNING', 'CLEAR', '80', '92'],
  ['CRITICAL', 'WARNING', '92', '98'],
  ['CLEAR', 'CRITICAL', '98', '60'],
] as const;

/** Notifies as Netdata's daemon does: by its script, with a snippet as the configuration. */
async function netdata(
  name: string,
  [status, before, oldValue, value]: (typeof NETDATA_CHANGES)[number],
): Promise<void> {
  writeFileSync(join(belfry.dir, 'health_alarm_notify.conf'), snippet(name));
  const alarm = ['disk_space_usage', 'disk_space._srv', '/srv', status, before, value, oldValue];
  const source = '12@/usr/lib/netdata/conf.d/health.d/disks.conf';
  const facts = [source, '60', '600', '%', 'disk /srv space utilization'];
  await belfry.run(
    'env',
    `NETDATA_USER_CONFIG_DIR=${belfry.dir}`,
    `NETDATA_CACHE_DIR=${belfry.dir}`,
    '/usr/lib/netdata/plugins.d/alarm-notify.sh',
    ...['sysadmin', 'nas', '1', '1', '1', '1764640800', ...alarm, ...facts],
    ...[`${value}%`, `${oldValue}%`, 'expression', 'parameters', '1', '0'],
  );
}

/** Sends every change of Netdata's alarm. */
function alarms(name: string): () => Promise<string> {
  return async () => {
    for (const change of NETDATA_CHANGES) await netdata(name, change);
    return name;
  };
}

/** Sends what a snippet sends, and expects each message to be delivered and its alert to close. */
function messages(
  name: string,
  wanted: readonly string[],
  sending: () => Promise<string> = () => shell(name),
): () => Promise<void> {
  return async () => {
    await using receiver = await HttpReceiver.start();
    const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
    await belfry.call('POST', '/api/v1/channels', channel);
    const said = await sending();
    const page = async () => alertsPage.parse(await belfry.call('GET', '/api/v1/alerts?limit=50'));
    const { items } = await page();
    const received = items.map(({ host, labels, message, severity }) => {
      return `${host}: ${labels['title'] ?? '-'}, ${message.split(/, |\n/, 1)[0]}, ${severity}`;
    });
    expect(received.toReversed(), said).toEqual(wanted);
    await receiver.count(wanted.length);
    await expect
      .poll(async () => (await page()).items.map(({ state }) => state), { timeout: 10_000 })
      .toEqual(wanted.map(() => 'resolved'));
  };
}

it('every marked snippet has its check', () => {
  expect([...SNIPPETS.keys()].toSorted()).toEqual(Object.keys(CHECKS).toSorted());
});

it.each(Object.entries(CHECKS))('the snippet for %s does what it says', (_name, check) => check());
