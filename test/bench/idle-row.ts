import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { alertmanager } from './alertmanager.ts';
import { belfry } from './belfry.ts';
import { residentMb } from './process-usage.ts';
import type { Figure } from './report.ts';

const SETTLE_MS = 8_000;

/** Memory some seconds after the start, with nothing to do. */
export async function measureIdle(dir: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of [belfry, alertmanager]) {
    const own = join(dir, `idle-${kind.name}`);
    mkdirSync(own);
    const peer = await kind.start(own, null);
    await setTimeout(SETTLE_MS);
    const label = `resident memory of ${kind.name}`;
    figures.push({ label, value: residentMb(peer.pid), rows: null, unit: 'MB' });
    await peer.stop();
  }
  return figures;
}
