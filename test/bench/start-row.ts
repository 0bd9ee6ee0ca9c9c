import { ServerProcess } from '../support/server-process.ts';
import { median, type Figure } from './report.ts';
import { TOKEN } from './seed.ts';

/** From the command to the first request that is accepted. The first start only warms the caches. */
export async function measureStart(
  dataDir: string,
  rows: number,
  repeats: number,
): Promise<Figure[]> {
  const took: number[] = [];
  for (let round = 0; round <= repeats; round += 1) {
    const startedAt = performance.now();
    const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
    took.push((performance.now() - startedAt) / 1e3);
    await server.stop();
  }
  return [{ label: 'start', value: median(took.slice(1)), unit: 's', rows }];
}
