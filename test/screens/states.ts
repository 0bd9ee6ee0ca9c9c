import type { Page } from '@playwright/test';
import type { ServerProcess } from '../support/server-process.ts';

const MANY = 10_000;
const EVENTS_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
/** Nothing listens there, so what is sent there dies. */
const NOWHERE = 'http://127.0.0.1:9/';

async function post(server: ServerProcess, path: string, body: unknown): Promise<unknown> {
  const answer = await server.call('POST', path, body);
  if (answer.status >= 300) throw new Error(`${path} was answered ${answer.status}`);
  return answer.body;
}

async function few(server: ServerProcess): Promise<void> {
  const retry = { baseMs: 10, capMs: 1_000, maxAttempts: 2, jitter: false };
  const pager = { kind: 'webhook', name: 'Pager', config: { url: NOWHERE }, retry };
  const { id } = (await post(server, '/api/v1/channels', pager)) as { id: string };
  const endsAt = Date.now() + DAY_MS;
  await post(server, '/api/v1/silences', {
    matchers: ['host="printer"'],
    endsAt,
    comment: 'moved',
  });
  await post(server, '/api/v1/routes', { name: 'everything else', channelIds: [id] });
  const schedule = { type: 'period', periodMs: DAY_MS };
  await post(server, '/api/v1/heartbeats', {
    name: 'Nightly backup',
    schedule,
    graceMs: 3_600_000,
  });
  await post(server, '/api/v1/tokens', { name: 'prometheus', scope: 'ingest' });
  const firing = (host: string, kind: string, severity: string, message: string) => ({
    ...{ host, kind, severity, message, status: 'firing' },
  });
  await post(server, '/api/v1/events', [
    firing('nas', 'backup_failed', 'critical', 'no space left on device'),
    firing('pve2', 'node_down', 'critical', 'no contact for 3 minutes'),
    firing('nas', 'disk_almost_full', 'warning', 'pool tank is 91 % full'),
    firing('router', 'updates_available', 'info', '14 packages can be upgraded'),
    { ...firing('pi', 'agent_offline', 'warning', ''), status: 'resolved' },
  ]);
}

async function many(server: ServerProcess): Promise<void> {
  await few(server);
  for (let from = 0; from < MANY; from += EVENTS_AT_ONCE) {
    const events = Array.from({ length: EVENTS_AT_ONCE }, (_, n) => ({
      host: `host-${(from + n) % 300}`,
      kind: `kind_${(from + n) % 20}`,
      dedupKey: String(from + n),
      severity: ['info', 'warning', 'critical'][n % 3],
      message: 'A message that is long enough to be cut where a row has no room for all of it',
      status: 'firing',
    }));
    await post(server, '/api/v1/events', events);
  }
}

interface State {
  fill(server: ServerProcess): Promise<void>;
  /** Changes the page once it is signed in, before its picture is taken. */
  disturb?(page: Page): Promise<unknown>;
}

const EXCEPT_STATUS = /\/api\/v1\/(?!status|session|stream)/;

/** Every state in which a view is looked at. */
export const STATES: Readonly<Record<string, State>> = {
  empty: { fill: () => Promise.resolve() },
  few: { fill: few },
  many: { fill: many },
  error: {
    fill: few,
    disturb: (page) =>
      page.route(EXCEPT_STATUS, (route) =>
        route.fulfill({
          status: 503,
          json: { error: { code: 'unavailable', message: 'The disk is full.', requestId: '1' } },
        }),
      ),
  },
  offline: { fill: few, disturb: (page) => page.context().setOffline(true) },
};
