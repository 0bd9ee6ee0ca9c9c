import { expect } from 'vitest';
import { alerta } from '../../../main/ingest/alerta-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/alert';
const NAME = 'alerta';

const keyed = (file: string, url = URL) => ({
  ...jsonPost(url, fixture(NAME, file)),
  headers: { 'content-type': 'application/json', authorization: 'Key {token}' },
});

const SPACE = {
  source: NAME,
  host: 'nas',
  kind: 'disk_space._srv.disk_space_usage',
  dedupKey: 'Production nas:/srv',
} as const;

const NODE = { source: NAME, host: 'web01', kind: 'NodeDown', dedupKey: 'Production' } as const;

/** The id in an answer, which two reports of one condition share. */
const ID = like(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);

const minimal = (more: object) => jsonPost(URL, { resource: 'r', event: 'e', ...more });

export const alertaCase: IngestCase = {
  adapter: alerta,
  recorded: [
    {
      name: 'a warning of Netdata',
      request: keyed('netdata-warning.txt'),
      events: [
        {
          ...SPACE,
          status: 'firing',
          severity: 'warning',
          message: 'disk /srv space utilization (92%)',
          labels: expect.objectContaining({
            environment: 'Production',
            service: 'Netdata',
            tags: 'alarm_id:1',
            chart: 'disk_space._srv',
          }) as Record<string, string>,
          url: like(/^https:\/\/registry\.my-netdata\.io\/goto-host-from-alarm\.html\?/) as string,
          endsAt: null,
        },
      ],
      answer: {
        status: 201,
        body: {
          status: 'ok',
          id: ID,
          alert: { resource: 'nas:/srv', status: 'open', repeat: false },
        },
      },
    },
    {
      name: 'the same alarm, which turned critical',
      request: keyed('netdata-critical.txt'),
      events: [{ ...SPACE, status: 'firing', severity: 'critical' }],
    },
    {
      name: 'the same alarm, which cleared',
      request: keyed('netdata-clear.txt'),
      events: [{ ...SPACE, status: 'resolved', message: 'disk /srv space utilization (60%)' }],
      answer: { status: 201, body: { status: 'ok', alert: { status: 'closed' } } },
    },
    {
      name: 'a node that is down, with a timeout, from Alerta’s own client',
      at: '2026-01-15T12:00:00Z',
      request: keyed('client-node-down.json', '/api/alert'),
      events: [
        {
          ...NODE,
          status: 'firing',
          severity: 'critical',
          message: 'Web server is down. (ERROR)',
          // Reports count in the order of their arrival.
          occurredAt: null,
          endsAt: Date.parse('2026-01-15T12:05:00Z'),
        },
      ],
      answer: {
        status: 201,
        body: {
          alert: { severity: 'major', timeout: 300, createTime: '2026-01-15T11:58:00.123Z' },
        },
      },
    },
    {
      name: 'the same node by its other event, in another order',
      request: keyed('client-node-up.json', '/api/alert'),
      events: [
        { ...NODE, status: 'resolved', message: 'NodeUp: Web server is up. (OK)', endsAt: null },
        { ...NODE, kind: 'NodeUp', status: 'resolved', endsAt: null },
      ],
    },
    {
      name: 'the end of what was reported without naming the other event',
      request: minimal({
        event: 'LinkUp',
        severity: 'normal',
        correlate: ['LinkDown', 'LinkDown'],
      }),
      events: [
        { host: 'r', kind: 'LinkDown', status: 'resolved' },
        { host: 'r', kind: 'LinkUp', status: 'resolved' },
      ],
    },
    {
      name: 'a check of Nagios that did not work, with the key in its own header',
      request: {
        ...jsonPost(URL, fixture(NAME, 'nagios-unknown.json')),
        headers: { 'content-type': 'application/json', 'x-api-key': '{token}' },
      },
      events: [
        {
          host: 'nas',
          kind: 'SMART',
          dedupKey: 'Production',
          status: 'firing',
          severity: 'warning',
          message: 'UNKNOWN: smartctl: permission denied (3/3 (Hard))',
        },
      ],
    },
    {
      name: 'a problem of Zabbix in its own words, with the key in the query',
      request: jsonPost(`${URL}?api-key={token}`, fixture(NAME, 'zabbix-problem.json')),
      events: [
        {
          host: 'db1',
          kind: 'proc.num[postgres]',
          status: 'firing',
          severity: 'critical',
          url: 'http://zabbix.lan/tr_events.php?triggerid=815&eventid=4711',
        },
      ],
    },
    ...['normal', 'ok', 'cleared', 'closed', 'Normal', ''].map((severity) => ({
      name: `the severity ${JSON.stringify(severity)}, which ends it`,
      request: minimal({ severity }),
      events: [{ host: 'r', kind: 'e', dedupKey: '', status: 'resolved' as const }],
    })),
    ...(
      [
        ['security', 'critical'],
        ['minor', 'warning'],
        ['indeterminate', 'warning'],
        ['informational', 'info'],
        ['trace', 'info'],
        ['catastrophic', 'warning'],
      ] as const
    ).map(([word, severity]) => ({
      name: `the severity ${word}`,
      request: minimal({ severity: word }),
      events: [{ status: 'firing' as const, severity }],
    })),
    {
      name: 'an event whose condition bears the name of the opposite one',
      request: minimal({
        event: 'ApiUnhealthy',
        severity: 'major',
        correlate: ['ApiHealthy', 'ApiUnhealthy'],
        text: 'It answers 503.',
      }),
      events: [
        {
          kind: 'ApiHealthy',
          message: 'ApiUnhealthy: It answers 503.',
          labels: expect.objectContaining({ event: 'ApiUnhealthy' }) as Record<string, string>,
        },
      ],
    },
    {
      name: 'such an event that says nothing else',
      request: minimal({ event: 'b', severity: 'major', correlate: ['a', 'b'] }),
      events: [{ kind: 'a', message: 'b' }],
    },
    {
      name: 'an alert that is closed, whatever its severity',
      request: minimal({ severity: 'critical', status: 'closed' }),
      events: [{ status: 'resolved' }],
    },
    ...[0, -5, 1e12].map((timeout) => ({
      name: `a timeout of ${timeout}, which never ends it`,
      request: minimal({ severity: 'major', timeout }),
      events: [{ status: 'firing' as const, endsAt: null }],
    })),
    {
      name: 'a value and an attribute that are no text',
      request: minimal({ severity: 'major', value: { used: 92 }, attributes: { ips: ['::1'] } }),
      events: [
        {
          message: '{"used":92}',
          labels: expect.objectContaining({ ips: '["::1"]' }) as Record<string, string>,
        },
      ],
    },
    {
      name: 'a time that is none, and a value that is a number',
      request: minimal({ severity: 'major', createTime: 'yesterday', value: 7 }),
      events: [{ occurredAt: null, message: '7' }],
    },
  ],
  broken: [
    {
      name: 'no resource',
      request: jsonPost(URL, { event: 'e' }),
      answer: {
        status: 400,
        body: { status: 'error', message: 'Missing mandatory value for "resource"', code: 400 },
      },
    },
    {
      name: 'no event',
      request: jsonPost(URL, { resource: 'r', event: '' }),
      answer: { status: 400, body: { message: 'Missing mandatory value for "event"' } },
    },
    {
      name: 'tags that are no list',
      request: minimal({ tags: 'a' }),
      answer: { status: 400, body: { status: 'error', message: like(/^tags: /) } },
    },
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{"resource":'),
      answer: { status: 400, body: { status: 'error', message: like(/JSON/), code: 400 } },
    },
    {
      name: 'an unknown key, which the answer does not repeat',
      request: {
        ...minimal({}),
        headers: { 'content-type': 'application/json', authorization: 'Key c4nary' },
      },
      answer: { status: 401, body: /^(?!.*c4nary).*"code":401/ },
    },
    {
      name: 'a scheme of Alerta’s that is none of Belfry’s',
      request: { ...minimal({}), headers: { authorization: 'Hawk id="x", mac="y"' } },
      answer: { status: 401, body: { status: 'error' } },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson(NAME, 'netdata-warning.txt'),
    fixtureJson(NAME, 'client-node-down.json'),
    fixtureJson(NAME, 'client-node-up.json'),
    fixtureJson(NAME, 'zabbix-problem.json'),
  ]).map((body) => jsonPost(URL, body)),
};
