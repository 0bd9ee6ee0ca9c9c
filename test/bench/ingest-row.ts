import type { PeerKind } from './peer.ts';
import { cpuUs, peakMemoryMb } from './process-usage.ts';
import type { Measure } from './report.ts';
import { postAlerts, type Load } from './wrk.ts';

/** The loads of senders on the alert API, with no destination to deliver to. */
export const LOADS = {
  single: { connections: 64, alertsPerPost: 1, distinct: 0 },
  batch: { connections: 8, alertsPerPost: 64, distinct: 0 },
  touch: { connections: 64, alertsPerPost: 1, distinct: 100 },
} as const satisfies Record<string, Load>;

const WARM_UP_SECONDS = 1;

/** Alerts a second that are answered 2xx, after a warm-up. */
export async function measureIngest(
  kind: PeerKind,
  load: Load,
  dir: string,
  seconds: number,
): Promise<Measure> {
  const peer = await kind.start(dir, null);
  try {
    await postAlerts(peer, load, 'warm-up', WARM_UP_SECONDS);
    const before = cpuUs(peer.pid);
    const { requests, durationUs, p50Us, p99Us } = await postAlerts(peer, load, 'ingest', seconds);
    const alerts = requests * load.alertsPerPost;
    return {
      perSecond: alerts / (durationUs / 1e6),
      memoryMb: peakMemoryMb(peer.pid),
      cpuUs: (cpuUs(peer.pid) - before) / alerts,
      note: `p50 ${(p50Us / 1e3).toFixed(1)} ms, p99 ${(p99Us / 1e3).toFixed(1)} ms`,
    };
  } finally {
    await peer.stop();
  }
}
