import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, type App } from '../../main/app.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { freePort, Program } from './program.ts';
import { appOptions } from '../support/app-options.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const RULES = join(DOCS, 'prometheus-rules.yml');
const ADMIN = { actor: 'test', scope: 'admin', source: null } as const;
const WAIT = { timeout: 30_000, interval: 50 };

let dir: ReturnType<typeof tempDir>;
let app: App;
let receiver: HttpReceiver;

beforeEach(async () => {
  dir = tempDir();
  receiver = await HttpReceiver.start();
  app = createApp(appOptions(dir.path));
  await app.start();
});

afterEach(async () => {
  await app.stop();
  await receiver[Symbol.asyncDispose]();
  dir[Symbol.dispose]();
});

/** One dead letter, and the token of a scraper. */
async function oneDeadLetter(): Promise<string> {
  receiver.respond = status(404);
  const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
  await app.dispatch('channels.create', channel, ADMIN);
  const event = { host: 'nas', kind: 'a "quoted" kind', status: 'firing' };
  await app.dispatch('events.ingest', event, ADMIN);
  await vi.waitFor(async () => {
    const stats = await app.dispatch('notifications.stats', {}, ADMIN);
    expect(stats).toMatchObject({ value: { dead: 1 } });
  }, WAIT);
  const made = await app.dispatch('tokens.create', { name: 'scraper', scope: 'read' }, ADMIN);
  return (made as { value: { token: string } }).value.token;
}

/** The configuration that docs/metrics.md shows, with this test's files and address. */
function documentedConfig(token: string): string {
  const [, yaml = ''] =
    /```yaml\n(.*?)```/s.exec(readFileSync(join(DOCS, 'metrics.md'), 'utf8')) ?? [];
  const tokenFile = join(dir.path, 'belfry-token');
  writeFileSync(tokenFile, token);
  const config = yaml
    .replace('/etc/prometheus/belfry-token', tokenFile)
    .replace('127.0.0.1:8377', new URL(app.url ?? '').host)
    .replace('prometheus-rules.yml', RULES);
  return `global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms }\n${config}`;
}

test('a Prometheus that is configured as documented scrapes Belfry and evaluates the rules', async () => {
  writeFileSync(join(dir.path, 'prometheus.yml'), documentedConfig(await oneDeadLetter()));
  const port = await freePort();
  const prometheus = new Program('prometheus', [
    `--config.file=${join(dir.path, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir.path, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  try {
    const ask = async (path: string): Promise<unknown> =>
      ((await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { data: unknown })
        .data;
    const query = (expr: string) => ask(`query?query=${encodeURIComponent(expr)}`);
    await vi.waitFor(async () => {
      const dead = 'belfry_notification_queue_depth{job="belfry",status="dead"}';
      const found = (await query(dead)) as { result: { value: [number, string] }[] };
      expect(found.result[0]?.value[1], prometheus.output).toBe('1');
      expect(await ask('alerts')).toMatchObject({
        alerts: [{ labels: { alertname: 'BelfryDeadLetters' }, state: 'firing' }],
      });
    }, WAIT);
  } finally {
    await prometheus.stop();
  }
});

test('promtool finds nothing to say about the rules, and reads the metrics', async () => {
  const token = await oneDeadLetter();
  execFileSync('promtool', ['check', 'rules', RULES], { stdio: 'pipe' });
  const answer = await fetch(`${app.url}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const input = await answer.text();
  expect(input).toContain('type="a \\"quoted\\" kind"');
  execFileSync('promtool', ['check', 'metrics'], { input, stdio: 'pipe' });
});

test('each rule fires when it should, and not before', () => {
  const tests = join(dir.path, 'rules-test.yml');
  writeFileSync(tests, ruleTests());
  execFileSync('promtool', ['test', 'rules', tests], { stdio: 'pipe' });
});

/** A series of numbers by the minute, and which rules have fired after how many of them. */
const CASES: [name: string, series: string, values: string, quiet: string, loud: string][] = [
  ['BelfryDown', 'up{job="belfry"}', '1 0x20', '3m', '8m'],
  ['BelfryCannotWrite', 'belfry_alert_history_save_errors_total', '0 0 0 1x20', '1m', '4m'],
  ['BelfryDeadLetters', 'belfry_notification_queue_depth{status="dead"}', '0 0 2x20', '1m', '3m'],
  ['BelfryDeliveriesLate', 'belfry_notification_oldest_pending_seconds', '0+60x60', '30m', '40m'],
  ['BelfryChannelDown', 'belfry_channels_down', '0 1x30', '5m', '15m'],
  ['BelfryChannelNeedsAttention', 'belfry_channels_needing_attention', '0 0 1x20', '1m', '3m'],
];

function ruleTests(): string {
  const count = (name: string, at: string, fires: boolean) => `
      - expr: count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)
        eval_time: ${at}
        exp_samples: [{ labels: '{}', value: ${fires ? 1 : 0} }]`;
  const cases = CASES.map(
    ([name, series, values, quiet, loud]) => `
  - interval: 1m
    input_series:
      - { series: '${series}', values: '${values}' }
    promql_expr_test:${count(name, quiet, false)}${count(name, loud, true)}`,
  );
  return `rule_files: [${RULES}]\nevaluation_interval: 1m\ntests:${cases.join('')}\n`;
}
