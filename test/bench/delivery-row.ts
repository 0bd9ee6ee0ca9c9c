import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { PeerKind } from './peer.ts';
import { cpuUs, peakMemoryMb } from './process-usage.ts';
import type { Count, Listening } from './receiver.ts';
import type { Measure } from './report.ts';
import { LOADS } from './ingest-row.ts';
import { postAlerts } from './wrk.ts';

const POLL_MS = 100;
const DRAIN_TIMEOUT_MS = 180_000;
const WARM_UP_SECONDS = 1;

async function count(receiver: ChildProcess): Promise<Count> {
  receiver.send('count');
  const [answer] = (await once(receiver, 'message')) as [Count];
  return answer;
}

async function untilDelivered(receiver: ChildProcess, alerts: number): Promise<Count> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const counted = await count(receiver);
    if (counted.distinct >= alerts) return counted;
    if (performance.now() > deadline) {
      throw new Error(`${counted.distinct} of ${alerts} alerts arrived in time`);
    }
    await setTimeout(POLL_MS);
  }
}

/** Alerts a second from the first post to the last webhook received, the backlog included, after a warm-up. */
export async function measureDelivery(
  kind: PeerKind,
  dir: string,
  seconds: number,
): Promise<Measure> {
  const receiver = fork(join(import.meta.dirname, 'receiver.ts'));
  const [{ url }] = (await once(receiver, 'message')) as [Listening];
  const peer = await kind.start(dir, url);
  try {
    const warmUp = await postAlerts(peer, LOADS.single, 'warm-up', WARM_UP_SECONDS);
    const before = await untilDelivered(receiver, warmUp.requests);
    const startedAt = Date.now();
    const cpuBefore = cpuUs(peer.pid);
    const load = await postAlerts(peer, LOADS.single, 'delivery', seconds);
    const after = await untilDelivered(receiver, before.distinct + load.requests);
    const delivered = after.distinct - before.distinct;
    return {
      perSecond: delivered / ((after.lastAt - startedAt) / 1e3),
      memoryMb: peakMemoryMb(peer.pid),
      cpuUs: (cpuUs(peer.pid) - cpuBefore) / delivered,
      note: `${delivered} alerts, posted at ${Math.round(load.requests / (load.durationUs / 1e6))}/s`,
    };
  } finally {
    await peer.stop();
    receiver.disconnect();
  }
}
