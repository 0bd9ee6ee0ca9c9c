import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { alertsPage, flappingCondition } from '../../main/contract/alert.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { freePort, Program } from './program.ts';

const TOKEN = 'prometheus-test-token';
const ALERT_NAME = 'LinkUnsteady';
const WAIT = { timeout: 60_000, interval: 50 };

/** The shortest cooldown there is, so that the run stays short. */
const COOLDOWN_MS = 60_000;
const THRESHOLD = 5;
/** Episodes that are stored without a word, before the test believes in the silence. */
const SILENT_EPISODES = 3;

/** The exporter's values of the link: it is fine, comes and goes, or is down for good. */
const FINE = 0;
const UNSTEADY = 1;
const DOWN = 2;

const flappingList = z.object({ items: z.array(flappingCondition) });

let dir: string;
let exporter: Server;
let mode: typeof FINE | typeof UNSTEADY | typeof DOWN;
let receiver: HttpReceiver;
let belfry: ServerProcess;
let prometheus: Program;

const prometheusConfig = (): string => `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: lab
    static_configs: [{ targets: ['127.0.0.1:${(exporter.address() as AddressInfo).port}'] }]
alerting:
  alertmanagers:
    - api_version: v2
      authorization: { type: Bearer, credentials: ${TOKEN} }
      static_configs: [{ targets: ['${new URL(belfry.url).host}'] }]
`;

/** While it is unsteady the rule holds for three seconds in six. */
const RULES = `
groups:
  - name: lab
    rules:
      - alert: ${ALERT_NAME}
        expr: lab_link == ${DOWN} or (lab_link == ${UNSTEADY} and on() vector(time() % 6) >= 3)
        labels: { severity: warning }
        annotations: { summary: 'The link of {{ $labels.instance }} is down' }
`;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-flapping-'));
  mode = FINE;
  exporter = createServer((_, response) => response.end(`lab_link ${mode}\n`));
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  receiver = await HttpReceiver.start();
  belfry = await ServerProcess.start({ dataDir: join(dir, 'belfry'), adminToken: TOKEN });
  const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
  expect((await belfry.call('POST', '/api/v1/channels', channel)).status).toBe(201);
  const rule = {
    flappingWindowSeconds: 60,
    flappingThreshold: THRESHOLD,
    flappingCooldownMinutes: COOLDOWN_MS / 60_000,
  };
  expect((await belfry.call('PATCH', '/api/v1/settings', rule)).status).toBe(200);
  writeFileSync(join(dir, 'prometheus.yml'), prometheusConfig());
  writeFileSync(join(dir, 'rules.yml'), RULES);
  prometheus = new Program('prometheus', [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
    // An alert is held to be over when four of these pass without word, on a slow machine too soon.
    '--rules.alert.resend-delay=5s',
  ]);
});

afterEach(async () => {
  await prometheus.stop();
  await belfry.stop();
  await receiver[Symbol.asyncDispose]();
  exporter.close();
  exporter.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
});

/** Every episode so far, the newest first. */
const episodes = async () => {
  const { body } = await belfry.call('GET', `/api/v1/alerts?kind=${ALERT_NAME}`);
  return alertsPage.parse(body).items;
};

const flapping = async () => {
  const { body } = await belfry.call('GET', '/api/v1/conditions/flapping');
  return flappingList.parse(body).items;
};

const notified = (): string[] => receiver.webhooks().map(({ type }) => type);

const TOLD_AT_FIRST = [
  'alert.raised',
  'alert.resolved',
  'alert.raised',
  'alert.resolved',
  'alert.flapping_started',
];
const TOLD_IN_ALL = [...TOLD_AT_FIRST, 'alert.flapping_stopped'];

it('a rule of a real Prometheus that comes and goes: started, silence, stopped as it stands', async () => {
  mode = UNSTEADY;
  await vi.waitFor(() => expect(notified(), prometheus.output).toEqual(TOLD_AT_FIRST), WAIT);
  const before = (await episodes()).length;
  expect(before).toBe(Math.ceil(THRESHOLD / 2));

  // No more notifications, and yet every episode is opened, closed and shown.
  await vi.waitFor(async () => {
    const after = await episodes();
    expect(after.length).toBeGreaterThanOrEqual(before + SILENT_EPISODES);
    expect(after.slice(1).every(({ state }) => state === 'resolved')).toBe(true);
  }, WAIT);
  const [condition] = await flapping();
  expect(condition).toMatchObject({ kind: ALERT_NAME, alert: { flapping: true } });
  expect(condition?.transitions.length).toBeGreaterThanOrEqual(2 * SILENT_EPISODES + THRESHOLD - 1);
  expect(notified()).toEqual(TOLD_AT_FIRST);

  mode = DOWN;
  await vi.waitFor(() => expect(notified()).toEqual(TOLD_IN_ALL), {
    ...WAIT,
    timeout: COOLDOWN_MS + WAIT.timeout,
  });
  const [current] = await episodes();
  expect(current).toMatchObject({ state: 'open', flapping: false });
  const { data } = receiver.webhooks().at(-1) ?? {};
  expect(data).toMatchObject({ alert: { id: current?.id, state: 'open', severity: 'warning' } });
  expect(data?.text).toContain('still firing (WARNING)');
  const [lastChange] = condition?.transitions.slice(-1) ?? [];
  expect(Date.now() - (lastChange?.at ?? 0)).toBeGreaterThanOrEqual(COOLDOWN_MS);
  expect(await flapping()).toEqual([]);

  // That notice was the receipt of the firing, so its recovery is sent.
  mode = FINE;
  await vi.waitFor(() => expect(notified()).toEqual([...TOLD_IN_ALL, 'alert.resolved']), WAIT);
}, 240_000);
