import { createApp, type App } from '../../main/app.ts';
import { systemClock } from '../../main/base/clock.ts';
import { sent } from '../../main/domain/outcome.ts';
import { runDatabaseJob } from '../../main/store/database-job.ts';

/** The whole core on a database in `dataDir`, with the system's clock and a free port. */
export const testApp = (dataDir: string): App =>
  createApp({
    host: 'headless',
    dataDir,
    version: '0.0.0-test',
    dataKey: Buffer.alloc(32, 1),
    desktop: { show: () => Promise.resolve(sent()), close: () => undefined },
    clock: systemClock,
    random: () => 0.5,
    logger: { log: () => undefined },
    http: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      rendererDir: 'out/renderer',
      adminToken: 'admin',
    },
    httpBySettings: false,
    runJob: runDatabaseJob,
    onDamaged: () => undefined,
    drainMs: 100,
  });
