import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { belfry } from './belfry.ts';
import { quantile, type Figure } from './report.ts';

const WARM_UPS = 20;
const EVENTS = 200;
const PAUSE_MS = 25;
const WAL_FRAME_BYTES = 4_096 + 24;

/** How long this disk takes to make one page durable, in ms. */
function fsyncMs(dir: string): number {
  const file = openSync(join(dir, 'fsync'), 'w');
  const page = Buffer.alloc(WAL_FRAME_BYTES, 7);
  const took = Array.from({ length: EVENTS }, () => {
    const startedAt = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  return quantile(took, 0.5);
}

/** From the request of one event on an idle server to the webhook that it causes. */
export async function measureLatency(dir: string): Promise<Figure[]> {
  let arrived: () => void = () => undefined;
  const receiver = createServer((request, response) => {
    arrived();
    request.resume().once('end', () => response.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  const peer = await belfry.start(dir, `http://127.0.0.1:${port}/`);
  const took: number[] = [];
  for (let n = 0; n < WARM_UPS + EVENTS; n += 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = resolve;
    const startedAt = performance.now();
    const answer = await fetch(`${peer.url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${peer.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ source: 'bench', host: `host-${n}`, kind: 'DiskFillsUp', status: 'firing' },
        ...{ severity: 'warning', message: 'The disk is 95 % full' },
      }),
    });
    if (!answer.ok) throw new Error(`an event was answered ${answer.status}`);
    await promise;
    if (n >= WARM_UPS) took.push(performance.now() - startedAt);
    await setTimeout(PAUSE_MS);
  }
  await peer.stop();
  receiver.close();
  receiver.closeAllConnections();
  const figure = (label: string, value: number): Figure => ({
    ...{ label, value, rows: null, unit: 'ms' },
  });
  return [
    figure('event to receiver, p50', quantile(took, 0.5)),
    figure('event to receiver, p99', quantile(took, 0.99)),
    figure('one fdatasync of a page, p50', fsyncMs(dir)),
  ];
}
