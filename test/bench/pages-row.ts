import { ServerProcess } from '../support/server-process.ts';
import { peakMemoryMb } from './process-usage.ts';
import { median, quantile, type Figure } from './report.ts';
import { TOKEN } from './seed.ts';
import { postAlerts } from './wrk.ts';

const WARM_UPS = 3;
const ASKED_A_ROUND = 20;
const INGEST = { connections: 8, alertsPerPost: 1, distinct: 0 } as const;

/** The requests of the window, a scraper and Alertmanager's tools. */
export const PAGES = {
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
  overview: '/api/v1/overview',
  metrics: '/metrics',
  'alerts of a filter (v2)': '/api/v2/alerts?filter=alertname%3D%22Kind7%22',
} as const;

/** Reads a page with the admin token. Returns how long it took, in ms. */
export async function get(server: ServerProcess, path: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
  return performance.now() - startedAt;
}

/** Each page in turn, round by round: what it took each time, in ms. */
async function pageMs(server: ServerProcess, repeats: number): Promise<Map<string, number[]>> {
  const took = new Map(Object.keys(PAGES).map((label) => [label, [] as number[]]));
  for (let round = 0; round < repeats; round += 1) {
    for (const [label, path] of Object.entries(PAGES)) {
      for (let n = 0; n < WARM_UPS; n += 1) await get(server, path);
      for (let n = 0; n < ASKED_A_ROUND; n += 1) took.get(label)?.push(await get(server, path));
    }
  }
  return took;
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

/** Ingest alone and beside readers, in turn; the medians of their 99th percentiles and of their ratios. */
async function ingestBesideReaders(
  server: ServerProcess,
  seconds: number,
  repeats: number,
): Promise<{ quiet: number; beside: number; ratio: number }> {
  const rounds: { quiet: number; beside: number }[] = [];
  for (let round = 0; round < repeats; round += 1) {
    const quiet = await ingestP99(server, `quiet-${round}`, seconds, null);
    const beside = await ingestP99(server, `beside-${round}`, seconds, async () => {
      for (const path of Object.values(PAGES)) await get(server, path);
    });
    rounds.push({ quiet, beside });
  }
  return {
    quiet: median(rounds.map(({ quiet }) => quiet)),
    beside: median(rounds.map(({ beside }) => beside)),
    ratio: median(rounds.map(({ quiet, beside }) => beside / quiet)),
  };
}

/** Pages, and ingest beside readers, with `rows` alerts and notifications stored. */
export async function measurePages(
  dataDir: string,
  rows: number,
  seconds: number,
  repeats: number,
): Promise<Figure[]> {
  const figure = (label: string, value: number, unit: Figure['unit'] = 'ms'): Figure => ({
    ...{ label, value, unit, rows },
  });
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  const figures = [...(await pageMs(server, repeats))].flatMap(([label, took]) => [
    figure(`${label}, p50`, quantile(took, 0.5)),
    figure(`${label}, p99`, quantile(took, 0.99)),
  ]);
  const { quiet, beside, ratio } = await ingestBesideReaders(server, seconds, repeats);
  figures.push(
    figure('ingest p99, quiet', quiet),
    figure('ingest p99, beside readers', beside),
    figure('ingest p99, beside readers / quiet', ratio, '×'),
    figure('most resident memory', peakMemoryMb(server.child.pid ?? 0), 'MB'),
  );
  await server.kill();
  return figures;
}
