import type { AppOptions } from '../../main/app.ts';
import { systemClock } from '../../main/base/clock.ts';
import { sent } from '../../main/domain/outcome.ts';
import { createHttpServer } from '../../main/transport/http/server.ts';
import { runDatabaseJob } from '../../main/store/files/database-job.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

type Over = Partial<Omit<AppOptions, 'http'>> & { readonly http?: Partial<AppOptions['http']> };

/** The whole app on a database in `dataDir`: headless, on the system's clock and a free port, telling nobody. */
export const appOptions = (dataDir: string, { http, ...over }: Over = {}): AppOptions => ({
  host: 'headless',
  dataDir,
  version: '0.0.0-test',
  dataKeys: new KeyRing([Buffer.alloc(32, 1)]),
  changeKeys: () => Promise.reject(new Error('This test has no key file.')),
  desktop: { show: () => Promise.resolve(sent()), close: () => undefined },
  clock: systemClock,
  random: () => 0.5,
  locales: ['en'],
  logger: { log: () => undefined },
  http: {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    rendererDir: 'out/renderer',
    login: { plain: 'npm run login', here: 'npm run login -- --data-dir /srv/b' },
    adminToken: 'admin',
    ...http,
  },
  httpBySettings: false,
  createHttpServer,
  runJob: runDatabaseJob,
  onDamaged: () => undefined,
  drainMs: 100,
  ...over,
});
