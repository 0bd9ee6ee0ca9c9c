/** @module-tag slow */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertsPage } from '../../main/contract/alert.ts';
import { MAPPING_PRESETS, type MappingPreset } from '../../main/contract/mapping-presets.ts';
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
  'lines-prometheus': async () => {
    const said = await belfry.run(
      'promtool',
      'check',
      'config',
      '--syntax-only',
      file('lines-prometheus'),
    );
    expect(said).toContain('SUCCESS');
  },
  'lines-alertmanager': async () => {
    const said = await belfry.run('amtool', 'check-config', file('lines-alertmanager'));
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
  'lines-netdata': async () => {
    await using receiver = await HttpReceiver.start();
    const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
    await belfry.call('POST', '/api/v1/channels', channel);
    await alarms('lines-netdata')();
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
  'lines-uptime_kuma-2': async () => {
    const headers = JSON.parse(snippet('lines-uptime_kuma-2')) as Record<string, string>;
    const body = readFileSync('test/ingest/fixtures/uptime-kuma/down.json', 'utf8');
    const type = { 'content-type': 'application/json' };
    const url = `${belfry.server.url}/ingest/uptime-kuma`;
    expect(await post(url, { ...headers, ...type }, body)).toBe(200);
    expect(await alerts()).toMatchObject([{ kind: 'monitor_down', severity: 'critical' }]);
  },
  'lines-gatus': async () => {
    type Config = {
      alerting: {
        custom: {
          url: string;
          headers: Record<string, string>;
          body: string;
          placeholders: { ALERT_TRIGGERED_OR_RESOLVED: { TRIGGERED: string; RESOLVED: string } };
        };
      };
    };
    const { url, headers, body, placeholders } = (parse(snippet('lines-gatus')) as Config).alerting
      .custom;
    for (const state of Object.values(placeholders.ALERT_TRIGGERED_OR_RESOLVED)) {
      const filled = body
        .replaceAll('[ENDPOINT_NAME]', 'wiki')
        .replaceAll('[ENDPOINT_GROUP]', 'lab')
        .replaceAll('[ENDPOINT_URL]', 'https://wiki.lan')
        .replaceAll('[ALERT_TRIGGERED_OR_RESOLVED]', state);
      expect(await post(url, headers, filled)).toBe(200);
    }
    expect(await alerts()).toMatchObject([
      { host: 'wiki', kind: 'endpoint_down', state: 'resolved', severity: 'critical' },
    ]);
  },
  'lines-restic': async () => {
    for (const [exit, state] of [
      [1, 'down'],
      [3, 'up'],
      [0, 'up'],
    ] as const) {
      program('restic', `echo 'Files: 3 new'; exit ${String(exit)}`);
      await script(snippet('lines-restic'));
      expect(await heartbeats()).toEqual({ restic: state });
    }
    const [failure] = await alerts();
    expect(failure).toMatchObject({ state: 'resolved' });
  },
  'lines-borgmatic': async () => {
    expect(await shell('lines-borgmatic')).toBe('Created');
  },
  'lines-borgmatic-2': async () => {
    await shell('lines-borgmatic');
    type Config = { healthchecks: { ping_url: string } };
    const url = (parse(snippet('lines-borgmatic-2')) as Config).healthchecks.ping_url;
    for (const suffix of ['/start', '/fail']) await fetch(url + suffix, { method: 'POST' });
    expect(await heartbeats()).toEqual({ borgmatic: 'down' });
    await fetch(url, { method: 'POST', body: 'Backup went well' });
    expect(await heartbeats()).toEqual({ borgmatic: 'up' });
  },
  'lines-home_assistant': async () => {
    type Notify = { resource: string; headers: Record<string, string>; data: object };
    const { notify } = parse(snippet('lines-home_assistant')) as { notify: [Notify] };
    const [{ resource, headers, data }] = notify;
    const body = JSON.stringify({ message: 'Water in the cellar', title: 'Leak', ...data });
    expect(await post(resource, { ...headers, 'content-type': 'application/json' }, body)).toBe(
      200,
    );
    expect(await alerts()).toMatchObject([{ kind: 'message', severity: 'warning' }]);
  },
  'lines-zabbix': async () => {
    await withPreset('zabbix');
    type Parameter = { name: string; value: string };
    type MediaType = { script: string; parameters: Parameter[]; message_templates: object[] };
    type Export = { zabbix_export: { media_types: [MediaType] } };
    const [media] = (parse(snippet('lines-zabbix')) as Export).zabbix_export.media_types;
    expect(media.message_templates).toHaveLength(2);
    for (const [file, state] of [
      ['zabbix-problem', 'open'],
      ['zabbix-recovery', 'resolved'],
    ] as const) {
      const body = JSON.parse(preset(file)) as object;
      expect(Object.keys(body)).toEqual(media.parameters.map(({ name }) => name));
      const run = compileFunction(media.script, ['HttpRequest', 'value']) as (
        ...given: [typeof ZabbixRequest, string]
      ) => string;
      expect(run(ZabbixRequest, JSON.stringify(body))).toBe('OK');
      expect(await alerts()).toMatchObject([{ host: 'nas', dedupKey: '48213', state }]);
    }
  },
  'lines-home_assistant_states': async () => {
    await withPreset('home_assistant');
    type Command = { url: string; headers: Record<string, string>; payload: string };
    type Action = { action: string; data: Record<string, string> };
    type Config = {
      rest_command: { belfry_state: Command };
      'automation belfry': [{ actions: [Action] }];
    };
    const config = parse(snippet('lines-home_assistant_states')) as Config;
    const { url, headers, payload } = config.rest_command.belfry_state;
    const [{ action, data }] = config['automation belfry'][0].actions;
    expect(action).toBe('rest_command.belfry_state');
    const fields = [...payload.matchAll(/"(\w+)": \1\b/g)].map(([, name]) => name);
    expect(fields).toEqual(Object.keys(data));
    for (const [file, state] of [
      ['home-assistant-on', 'open'],
      ['home-assistant-off', 'resolved'],
    ] as const) {
      const body = preset(file);
      expect(Object.keys(JSON.parse(body) as object)).toEqual(fields);
      expect(await post(url, { ...headers, 'content-type': 'application/json' }, body)).toBe(200);
      expect(await alerts()).toMatchObject([{ kind: 'entity_state', severity: 'critical', state }]);
    }
  },
  'lines-watchtower': async () => {
    type Compose = {
      services: { watchtower: { environment: { WATCHTOWER_NOTIFICATION_URL: string } } };
    };
    const { services } = parse(snippet('lines-watchtower')) as Compose;
    const url = new URL(services.watchtower.environment.WATCHTOWER_NOTIFICATION_URL);
    const headers = { authorization: url.searchParams.get('@Authorization') ?? '' };
    const body = readFileSync('test/ingest/fixtures/shoutrrr/template-json.json', 'utf8');
    const target = `http://${url.host}${url.pathname}`;
    expect(await post(target, { ...headers, 'content-type': 'application/json' }, body)).toBe(200);
    expect(await alerts()).toMatchObject([{ kind: 'message' }]);
  },
  'lines-curl': async () => {
    await shell('lines-curl');
    expect(await alerts()).toMatchObject([
      { host: 'nas', kind: 'backup_failed', state: 'open', severity: 'warning' },
    ]);
  },
  'lines-belfry_send': async () => {
    program('belfry', `exec ${process.execPath} ${resolve('out/main/cli.js')} "$@"`);
    await script(snippet('lines-belfry_send'));
    expect(await alerts()).toMatchObject([
      { kind: 'backup_failed', severity: 'critical', state: 'resolved' },
    ]);
  },
  'lines-systemd': () => {
    expect(snippet('lines-systemd')).toContain('OnFailure=belfry-failure@%n.service');
    return Promise.resolve();
  },
  'lines-systemd-2': async () => {
    const unit = join(belfry.dir, 'belfry-failure@.service');
    writeFileSync(unit, snippet('lines-systemd-2'));
    await belfry.run('systemd-analyze', 'verify', unit.replace('@', '@backup'));
    await started('lines-systemd-2');
    expect(await alerts()).toMatchObject([
      { host: 'nas', kind: 'unit_failed', dedupKey: 'backup.service', state: 'open' },
    ]);
  },
  'lines-systemd-3': async () => {
    await started('lines-systemd-2');
    await started('lines-systemd-3');
    expect(await alerts()).toMatchObject([{ kind: 'unit_failed', state: 'resolved' }]);
  },
  'lines-healthchecks': async () => {
    expect(await shell('lines-healthchecks')).toBe('Created');
    expect(await heartbeats()).toEqual({ 'nightly-backup': 'up' });
  },
  'lines-ntfy': messages('lines-ntfy', ['backups: -, Backup went well, info']),
  'lines-apprise': messages('lines-apprise', ['apprise: Scrub, has failed, critical']),
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
  pushover: messages('pushover', ['pushover: Door, It is open, warning']),
  apprise: messages('apprise', [
    'gotify: Scrub, has ended, warning',
    'zfs: Scrub, has ended, warning',
    'apprise: Scrub, has failed, critical',
    'pool: Scrub, has ended, info',
  ]),
};

/** A recorded body for a preset. */
const preset = (name: string): string =>
  readFileSync(`test/ingest/fixtures/presets/${name}.json`, 'utf8');

/** Adds a mapped webhook with a preset. */
const withPreset = (mapping: MappingPreset) => {
  const { name, slug } = MAPPING_PRESETS[mapping];
  return belfry.call('POST', '/api/v1/mapped-webhooks', { name, slug, mapping });
};

/** The part of Zabbix's object for requests that the script uses. It answers at once, as that does. */
class ZabbixRequest {
  readonly #headers: string[] = [];
  #status = 0;

  addHeader(header: string): void {
    this.#headers.push('-H', header);
  }

  post(url: string, body: string): string {
    const args = ['-sS', '-w', '\n%{http_code}', ...this.#headers, '-d', body, url];
    const [answer = '', status] = execFileSync('curl', args, { encoding: 'utf8' }).split('\n');
    this.#status = Number(status);
    return answer;
  }

  getStatus(): number {
    return this.#status;
  }
}

const alerts = async () =>
  alertsPage.parse(await belfry.call('GET', '/api/v1/alerts?limit=50')).items.toReversed();

/** The states of the heartbeats, by their slugs. */
async function heartbeats(): Promise<Record<string, string>> {
  type Page = { items: { slug: string; state: string }[] };
  const { items } = await belfry.call<Page>('GET', '/api/v1/heartbeats');
  return Object.fromEntries(items.map(({ slug, state }) => [slug, state]));
}

/** Puts a program on the path that a snippet calls. */
function program(name: string, script: string): void {
  mkdirSync(join(belfry.dir, 'bin'), { recursive: true });
  const path = join(belfry.dir, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Runs a snippet's script with the programs of this test. */
const script = (text: string): Promise<string> =>
  belfry.run('env', `PATH=${belfry.dir}/bin:${process.env['PATH'] ?? ''}`, 'sh', '-c', text);

/** Posts as the program of a snippet does. */
async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const { status } = await fetch(url, { method: 'POST', headers, body });
  return status;
}

/** Does what a systemd unit starts for an instance. */
const started = (name: string): Promise<string> =>
  script(
    (/^ExecStart=([^]*)/m.exec(snippet(name))?.[1] ?? '')
      .replaceAll('%i', 'backup.service')
      .replaceAll('%H', 'nas'),
  );

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
