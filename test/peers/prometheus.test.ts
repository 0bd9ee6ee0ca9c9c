import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { alertsPage } from '../../main/contract/alert.ts';
import { pushMessage } from '../../main/contract/push.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { freePort, Program } from './program.ts';

const TOKEN = 'prometheus-test-token';
const ALERT_NAME = 'DiskFillsUp';
const WAIT = { timeout: 30_000, interval: 20 };

/** Arrival to API and window: what a person would call at once. */
const STANDS_WITHIN_MS = 1_000;
/** Prometheus repeats itself this many times before the test believes that repeats are silent. */
const TOUCHES = 4;

let dir: string;
let exporter: Server;
let gauge: 0 | 1;
let receiver: HttpReceiver;
let belfry: ServerProcess;
let prometheus: Program;
let stream: WebSocket;
/** The states of the alert, each with the time at which it came over the push stream, wall time in ms. */
let pushed: { at: number; state: string; occurrences: number }[];

const prometheusConfig = (): string => `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 200ms }
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

const rules = `
groups:
  - name: lab
    rules:
      - alert: ${ALERT_NAME}
        expr: lab_disk_full == 1
        labels: { severity: critical }
        annotations: { summary: 'The disk of {{ $labels.instance }} is full' }
`;

async function startPrometheus(): Promise<Program> {
  writeFileSync(join(dir, 'prometheus.yml'), prometheusConfig());
  writeFileSync(join(dir, 'rules.yml'), rules);
  return new Program('prometheus', [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
    // An alert ends automatically after four of these: a busy machine must not take so long to repeat it.
    '--rules.alert.resend-delay=2s',
  ]);
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-prometheus-'));
  gauge = 0;
  exporter = createServer((_, response) => response.end(`lab_disk_full ${gauge}\n`));
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  receiver = await HttpReceiver.start();
  belfry = await ServerProcess.start({ dataDir: join(dir, 'belfry'), adminToken: TOKEN });
  const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
  expect((await belfry.call('POST', '/api/v1/channels', channel)).status).toBe(201);
  pushed = [];
  stream = new WebSocket(`${belfry.url.replace('http', 'ws')}/api/v1/stream`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  stream.on('message', (data: Buffer) => {
    const message = pushMessage.parse(JSON.parse(data.toString()));
    if (message.type !== 'batch') return;
    for (const change of message.changes) {
      if (change.entity !== 'alert' || change.value?.kind !== ALERT_NAME) continue;
      const { state, occurrences } = change.value;
      pushed.push({ at: Date.now(), state, occurrences });
    }
  });
  await once(stream, 'open');
  prometheus = await startPrometheus();
});

afterEach(async () => {
  await prometheus.stop();
  stream.close();
  await once(stream, 'close');
  await belfry.stop();
  await receiver[Symbol.asyncDispose]();
  exporter.close();
  exporter.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
});

const alert = async () => {
  const { body } = await belfry.call('GET', `/api/v1/alerts?kind=${ALERT_NAME}`);
  return alertsPage.parse(body).items[0];
};

const notified = (): string[] => receiver.webhooks().map(({ type }) => type);

it('a rule of a real Prometheus fires, repeats itself silently, and clears', async () => {
  gauge = 1;
  const raised = await vi.waitFor(async () => {
    const found = await alert();
    expect(found, prometheus.output).toBeDefined();
    return found;
  }, WAIT);
  expect(raised).toMatchObject({
    kind: ALERT_NAME,
    severity: 'critical',
    state: 'open',
    message: expect.stringMatching(/^The disk of 127\.0\.0\.1:\d+ is full$/) as string,
  });
  await vi.waitFor(() => expect(pushed).not.toEqual([]), WAIT);
  await vi.waitFor(() => expect(notified()).toEqual(['alert.raised']), WAIT);
  const [first] = pushed;
  expect(first).toMatchObject({ state: 'open', occurrences: 1 });
  // The first report is the only one so far, so the row's last sighting is when it arrived.
  expect(raised?.occurrences).toBe(1);
  expect(Number(first?.at) - Number(raised?.lastSeenAt)).toBeLessThan(STANDS_WITHIN_MS);

  const touched = await vi.waitFor(async () => {
    const found = await alert();
    expect(found?.occurrences).toBeGreaterThan(TOUCHES);
    return found;
  }, WAIT);
  expect(touched).toMatchObject({ id: raised?.id, state: 'open' });
  expect(notified()).toEqual(['alert.raised']);

  gauge = 0;
  await vi.waitFor(async () => expect((await alert())?.state).toBe('resolved'), WAIT);
  await vi.waitFor(() => expect(notified()).toEqual(['alert.raised', 'alert.resolved']), WAIT);
  await vi.waitFor(() => expect(pushed.at(-1)?.state).toBe('resolved'), WAIT);
});
