import { join } from 'node:path';
import { ServerProcess } from '../support/server-process.ts';
import { peakMemoryMb } from './process-usage.ts';
import { quantile, type Figure } from './report.ts';
import { seedDataDir, TOKEN } from './seed.ts';
import { postAlerts } from './wrk.ts';

const WARM_UPS = 3;
const ASKED = 40;
const INGEST = { connections: 8, alertsPerPost: 1, distinct: 0 } as const;

/** What the window, a scraper and Alertmanager's tools ask for. */
const PAGES = {
  'open alerts': '/api/v1/alerts?state=open',
  notifications: '/api/v1/notifications',
  'dead letters by cause': '/api/v1/dead-letters/groups',
  'search of alerts': '/api/v1/alerts?q=host-777',
  'search of alerts, in all': '/api/v1/alerts?q=disk',
  'search of alerts, in none': '/api/v1/alerts?q=nowhere',
  'search of alerts, two letters': '/api/v1/alerts?q=st',
  'search of alerts, two letters in none': '/api/v1/alerts?q=qx',
  'search of notifications': '/api/v1/notifications?q=host-777',
  'search of notifications, in all': '/api/v1/notifications?q=disk',
  'search of notifications, in none': '/api/v1/notifications?q=nowhere',
  'search of notifications, two letters': '/api/v1/notifications?q=st',
  'search of notifications, two letters in none': '/api/v1/notifications?q=qx',
  metrics: '/metrics',
  'alerts of a filter (v2)': '/api/v2/alerts?filter=alertname%3D%22Kind7%22',
} as const;

async function get(server: ServerProcess, path: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
  return performance.now() - startedAt;
}

async function pageMs(server: ServerProcess, path: string): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < WARM_UPS + ASKED; n += 1) took.push(await get(server, path));
  return took.slice(WARM_UPS);
}

/** The 99th percentile of posts, in ms, while `meanwhile` runs again and again. */
async function ingestP99(
  server: ServerProcess,
  word: string,
  seconds: number,
  meanwhile: (() => Promise<unknown>) | null,
): Promise<number> {
  let isOver = false;
  const load = postAlerts({ url: server.url, token: TOKEN }, INGEST, word, seconds);
  const others = (async () => {
    while (!isOver && meanwhile) await meanwhile();
  })();
  const { p99Us } = await load.finally(() => (isOver = true));
  await others;
  return p99Us / 1e3;
}

/** Pages, the start, and ingest beside readers, with `rows` alerts and notifications stored. */
export async function measurePages(dir: string, rows: number, seconds: number): Promise<Figure[]> {
  const dataDir = join(dir, `pages-${rows}`);
  await seedDataDir(dataDir, rows);
  const figure = (label: string, value: number, unit: Figure['unit'] = 'ms'): Figure => ({
    ...{ label, value, unit, rows },
  });
  const startedAt = performance.now();
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  const figures = [figure('start', (performance.now() - startedAt) / 1e3, 's')];
  for (const [label, path] of Object.entries(PAGES)) {
    const took = await pageMs(server, path);
    figures.push(
      figure(`${label}, p50`, quantile(took, 0.5)),
      figure(`${label}, p99`, quantile(took, 0.99)),
    );
  }
  const quiet = await ingestP99(server, 'quiet', seconds, null);
  const beside = await ingestP99(server, 'beside', seconds, async () => {
    for (const path of Object.values(PAGES)) await get(server, path);
  });
  figures.push(
    figure('ingest p99, quiet', quiet),
    figure('ingest p99, beside readers', beside),
    figure('ingest p99, beside readers / quiet', beside / quiet, '×'),
    figure('most resident memory', peakMemoryMb(server.child.pid ?? 0), 'MB'),
  );
  await server.kill();
  return figures;
}
