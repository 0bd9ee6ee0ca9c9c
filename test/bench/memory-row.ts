import { setTimeout } from 'node:timers/promises';
import { ServerProcess } from '../support/server-process.ts';
import { get, PAGES } from './pages-row.ts';
import { residentMb } from './process-usage.ts';
import type { Figure } from './report.ts';
import { TOKEN } from './seed.ts';

const SETTLE_MS = 8_000;
const ASKED = 5;

/** Resident memory of an idle server, before and after its pages were read. */
export async function measureMemory(dataDir: string, rows: number): Promise<Figure[]> {
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  const settled = async (label: string): Promise<Figure> => {
    await setTimeout(SETTLE_MS);
    return { label, value: residentMb(server.child.pid ?? 0), unit: 'MB', rows };
  };
  const started = await settled('idle after the start');
  for (let n = 0; n < ASKED; n += 1) {
    for (const path of Object.values(PAGES)) await get(server, path);
  }
  const read = await settled('idle after each page was read');
  await server.kill();
  return [started, read];
}
