import { CONNECTIONS, postAlerts } from './wrk.ts';
import { peakMemoryMb, type PeerKind } from './peer.ts';
import type { Measure } from './report.ts';

export const INGEST_TITLE = `single alerts posted and answered, ${CONNECTIONS} connections`;

/** Alerts a second that are answered 2xx, with no destination to deliver to. */
export async function measureIngest(
  kind: PeerKind,
  dir: string,
  seconds: number,
): Promise<Measure> {
  const peer = await kind.start(dir, null);
  try {
    const load = await postAlerts(peer.url, peer.token, 'ingest', seconds);
    return {
      perSecond: load.requests / (load.durationUs / 1e6),
      memoryMb: peakMemoryMb(peer.pid),
      note: `p50 ${(load.p50Us / 1e3).toFixed(1)} ms, p99 ${(load.p99Us / 1e3).toFixed(1)} ms`,
    };
  } finally {
    await peer.stop();
  }
}
