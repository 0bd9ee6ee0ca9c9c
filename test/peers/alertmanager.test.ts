import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertsPage } from '../../main/contract/alert.ts';
import { BelfryPeer } from './belfry-peer.ts';
import { freePort, Program } from './program.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const FAR = '2999-01-01T00:00:00.000Z';

let belfry: BelfryPeer;
let alertmanager: Program;
let alertmanagerUrl: string;

const configuration = (): string => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  routes: [{ receiver: belfry, matchers: [team="belfry"] }]
receivers:
  - name: hook
  - name: belfry
    webhook_configs:
      - url: ${belfry.server.url}/ingest/alertmanager
        http_config: { authorization: { credentials: ${belfry.token} } }
inhibit_rules:
  - { source_matchers: [alertname="RackDown"], target_matchers: [alertname="HostDown"], equal: [rack] }
`;

async function startBoth(): Promise<void> {
  belfry = await BelfryPeer.start();
  const config = join(belfry.dir, 'alertmanager.yml');
  writeFileSync(config, configuration());
  const port = await freePort();
  alertmanagerUrl = `http://127.0.0.1:${port}`;
  alertmanager = new Program('prometheus-alertmanager', [
    `--config.file=${config}`,
    `--storage.path=${join(belfry.dir, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  await vi.waitFor(async () => {
    expect((await fetch(`${alertmanagerUrl}/-/ready`)).status, alertmanager.output).toBe(200);
  }, WAIT);
}

async function stopBoth(): Promise<void> {
  await alertmanager.stop();
  await belfry[Symbol.asyncDispose]();
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The same request to the real one and to ours. */
async function both(verb: string, path: string, body?: unknown) {
  const ask = async (url: string): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method: verb,
      headers: {
        authorization: `Bearer ${belfry.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  const [real, ours] = await Promise.all([ask(alertmanagerUrl), ask(belfry.server.url)]);
  return { real, ours };
}

/** Without what must differ: when each heard of it, ids of silences, and fields of later versions. */
const comparable = (answer: Answer, silenceIds: Record<string, string> = {}): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value: unknown) => {
    if (['updatedAt', 'mutedBy', 'routeLabels'].includes(key)) return undefined;
    return typeof value === 'string' ? (silenceIds[value] ?? value) : value;
  });

async function postToBoth(alerts: readonly object[]): Promise<void> {
  const { real, ours } = await both('POST', '/api/v2/alerts', alerts);
  expect([real.status, ours.status], JSON.stringify(ours.body)).toEqual([200, 200]);
}

const firing = (labels: Record<string, string>, rest: object = {}) => ({
  labels,
  annotations: { summary: `${labels['alertname'] ?? ''} fires` },
  startsAt: '2026-01-15T12:00:00.000Z',
  endsAt: FAR,
  generatorURL: 'http://prometheus.lab/graph?g0.expr=up',
  ...rest,
});

/** A silence in both, and what its two ids stand for. */
async function silenceBoth(): Promise<Record<string, string>> {
  const { real, ours } = await both('POST', '/api/v2/silences', {
    matchers: [{ name: 'alertname', value: 'Disk.*', isRegex: true, isEqual: true }],
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: FAR,
    createdBy: 'anna',
    comment: 'new disk',
  });
  const idOf = ({ body }: Answer) => (body as { silenceID: string }).silenceID;
  return { [idOf(real)]: 'S', [idOf(ours)]: 'S' };
}

describe('beside the real Alertmanager', () => {
  beforeEach(startBoth);
  afterEach(stopBoth);

  it('alerts, groups and silences look the same', async () => {
    const channel = { kind: 'webhook', name: 'hook', config: { url: 'http://127.0.0.1:9/' } };
    await belfry.call('POST', '/api/v1/channels', channel);
    await belfry.call('POST', '/api/v1/inhibitions', {
      name: 'racks',
      sourceMatchers: ['alertname="RackDown"'],
      targetMatchers: ['alertname="HostDown"'],
      equal: ['rack'],
    });
    const ids = await silenceBoth();
    await postToBoth([
      firing({ alertname: 'DiskFull', instance: 'nas:9100', severity: 'critical' }),
      firing({ alertname: 'RackDown', rack: 'a' }),
      firing({ alertname: 'HostDown', rack: 'a', instance: 'pi' }, { annotations: {} }),
      firing({ alertname: 'HostDown', rack: 'b', instance: 'nas' }, { generatorURL: '' }),
    ]);
    const queries = [
      '',
      '?active=false',
      '?silenced=false',
      '?inhibited=false&silenced=false',
      '?filter=rack%3D%22a%22',
      '?filter=rack%3D%22%22&filter=alertname%3D~%22.*Full%22',
      '?filter=instance!~%22nas.*%22',
      '?receiver=ho.k',
      '?receiver=ho',
    ];
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups']) {
      for (const query of queries) {
        await vi.waitFor(async () => {
          const { real, ours } = await both('GET', path + query);
          expect(comparable(ours, ids), path + query).toEqual(comparable(real, ids));
        }, WAIT);
      }
    }
    const listed = await both('GET', '/api/v2/silences');
    const withoutTimes = (answer: Answer) =>
      (comparable(answer, ids) as { body: object[] }).body.map((each) => ({
        ...each,
        startsAt: null,
        // Of later versions.
        annotations: null,
      }));
    expect(withoutTimes(listed.ours)).toEqual(withoutTimes(listed.real));
    const gone = await both('GET', '/api/v2/silence/01234567-89ab-7def-8123-456789abcdef');
    expect(gone.ours).toEqual(gone.real);
  });

  it('fingerprints are the same, whatever the labels are', async () => {
    const sets = fc.sample(
      fc.dictionary(
        fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
        { minKeys: 1, maxKeys: 8 },
      ),
      { numRuns: 200, seed: 7 },
    );
    await postToBoth(sets.map((labels, n) => firing({ ...labels, alertname: `a${n}` })));
    const { real, ours } = await both('GET', '/api/v2/alerts');
    const prints = ({ body }: Answer) =>
      (body as { fingerprint: string; labels: Record<string, string> }[]).map(
        ({ fingerprint, labels }) => [labels['alertname'], fingerprint],
      );
    expect(prints(ours)).toHaveLength(200);
    expect(prints(ours)).toEqual(prints(real));
  });

  it("the real Alertmanager's webhook raises and resolves", async () => {
    const labels = { alertname: 'DiskFull', instance: 'nas:9100', team: 'belfry' };
    const post = (endsAt: string) =>
      fetch(`${alertmanagerUrl}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([firing(labels, { endsAt })]),
      });
    const alert = async () =>
      alertsPage.parse(await belfry.call('GET', '/api/v1/alerts?kind=DiskFull')).items[0];
    await post(FAR);
    await vi.waitFor(async () => {
      expect(await alert(), alertmanager.output).toMatchObject({
        state: 'open',
        source: 'alertmanager-webhook',
        host: 'nas',
        message: 'DiskFull fires',
      });
    }, WAIT);
    await post(new Date().toISOString());
    await vi.waitFor(async () => expect((await alert())?.state).toBe('resolved'), WAIT);
  });
});

const one = (name: string, value: string, isRegex = false, isEqual = true) => ({
  name,
  value,
  isRegex,
  isEqual,
});

/** No request of these depends on another, so one pair of servers answers them all. */
describe('what the real Alertmanager refuses', () => {
  beforeAll(startBoth);
  afterAll(stopBoth);

  const times = { startsAt: '2026-01-01T00:00:00Z', endsAt: FAR };
  const by = { createdBy: 'anna', comment: '' };

  it.each<[string, string, unknown]>([
    ['POST', '/api/v2/alerts', '[{'],
    ['POST', '/api/v2/alerts', [{ labels: {} }]],
    ['POST', '/api/v2/alerts', [{ labels: { a: 'b' }, startsAt: FAR, endsAt: times.startsAt }]],
    ['GET', '/api/v2/alerts?filter=%7B', undefined],
    ['GET', '/api/v2/alerts?filter=a%3D~%22(%22', undefined],
    ['GET', '/api/v2/alerts?receiver=(', undefined],
    ['GET', '/api/v2/silences?filter=%7B', undefined],
    ['GET', '/api/v2/silence/x', undefined],
    ['POST', '/api/v2/silences', '{'],
    ['POST', '/api/v2/silences', {}],
    ['POST', '/api/v2/silences', { matchers: [], ...times, ...by }],
    [
      'POST',
      '/api/v2/silences',
      { matchers: [{ name: 'a', value: '', isRegex: false }], ...times, ...by },
    ],
    [
      'POST',
      '/api/v2/silences',
      { matchers: [{ name: 'a', value: '.*', isRegex: true }], ...times, ...by },
    ],
  ])('%s %s of %j is refused with the same status and shape', async (verb, path, body) => {
    const { real, ours } = await both(verb, path, body);
    expect(ours.status).toBe(real.status);
    expect(typeof ours.body).toBe(typeof real.body);
    const codeOf = ({ body: answered }: Answer) =>
      typeof answered === 'object' ? (answered as { code: number } | null)?.code : null;
    expect(codeOf(ours)).toBe(codeOf(real));
  });

  it.each<[string, object[]]>([
    ['is not a value', [one('severity', 'critical', false, false)]],
    ['is not empty', [one('team', '', false, false)]],
    ['does not match', [one('severity', 'crit.*|warn.*', true, false)]],
    ['does not match, though the expression takes an empty value', [one('a', '.*', true, false)]],
    ['is empty, beside one that is not a value', [one('a', ''), one('b', 'c', false, false)]],
    ['may be empty, beside one that may not', [one('a', 'x|', true), one('b', 'c')]],
    ['is empty', [one('a', '')]],
    ['may be empty', [one('a', 'x|', true)]],
    ['may all be empty', [one('a', '(b)?', true), one('c', ''), one('d', '.*', true)]],
  ])('a silence of what %s is taken or refused as there', async (_name, matchers) => {
    const times = { startsAt: '2026-01-01T00:00:00Z', endsAt: FAR };
    const body = { matchers, ...times, createdBy: 'anna', comment: 'x' };
    const { real, ours } = await both('POST', '/api/v2/silences', body);
    expect(ours.status, JSON.stringify(real.body)).toBe(real.status);
    if (real.status !== 200) expect(ours.body).toBe(real.body);
  });
});
