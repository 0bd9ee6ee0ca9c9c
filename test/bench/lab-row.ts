import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ServerProcess } from '../support/server-process.ts';
import { cpuUs, residentMb } from './process-usage.ts';
import type { Figure } from './report.ts';
import { TOKEN } from './seed.ts';

const EVENTS_PER_SECOND = 50;
const FAILING_SHARE = 1 / 3;
const SLOW_MS = 300;
const WARM_UP_SECONDS = 5;

/** Three receivers in one: /fine, /failing refuses a third with 503, /slow takes its time. */
async function receivers() {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const fails = request.url === '/failing' && (asked * FAILING_SHARE) % 1 < FAILING_SHARE;
    request.resume().once('end', () => {
      void setTimeout(request.url === '/slow' ? SLOW_MS : 0).then(() =>
        response.writeHead(fails ? 503 : 204).end(),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A busy lab: events at a steady rate, half of them firing, to three channels. */
export async function measureLab(dir: string, seconds: number): Promise<Figure[]> {
  const hooks = await receivers();
  const { port } = hooks.address() as AddressInfo;
  const server = await ServerProcess.start({ dataDir: join(dir, 'lab'), adminToken: TOKEN });
  for (const name of ['fine', 'failing', 'slow']) {
    const config = { url: `http://127.0.0.1:${port}/${name}` };
    await server.call('POST', '/api/v1/channels', { kind: 'webhook', name, config });
  }
  const pid = server.child.pid ?? 0;
  const send = async (n: number): Promise<void> => {
    const { status } = await server.call('POST', '/api/v1/events', {
      ...{ source: 'bench', host: `host-${n >> 1}`, kind: 'DiskFillsUp', severity: 'warning' },
      ...{ message: 'The disk is 95 % full', status: n % 2 === 0 ? 'firing' : 'resolved' },
    });
    if (status !== 202 && status !== 200) throw new Error(`an event was answered ${status}`);
  };
  let sent = 0;
  const run = async (forSeconds: number, sample: () => void): Promise<void> => {
    const answers: Promise<void>[] = [];
    const startedAt = performance.now();
    for (let n = 0; n < forSeconds * EVENTS_PER_SECOND; n += 1) {
      const dueMs = startedAt + (n * 1_000) / EVENTS_PER_SECOND - performance.now();
      if (dueMs > 0) await setTimeout(dueMs);
      answers.push(send(sent++));
      if (n % EVENTS_PER_SECOND === 0) sample();
    }
    await Promise.all(answers);
  };
  await run(WARM_UP_SECONDS, () => undefined);
  const resident: number[] = [];
  const before = cpuUs(pid);
  const from = sent;
  await run(seconds, () => resident.push(residentMb(pid)));
  const perEventMs = (cpuUs(pid) - before) / (sent - from) / 1e3;
  await server.kill();
  hooks.close();
  hooks.closeAllConnections();
  return [
    { label: 'processor time for each event', value: perEventMs, rows: null, unit: 'ms' },
    { label: 'resident memory, least', value: Math.min(...resident), rows: null, unit: 'MB' },
    { label: 'resident memory, most', value: Math.max(...resident), rows: null, unit: 'MB' },
  ];
}
