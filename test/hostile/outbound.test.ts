/** @module-tag slow */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HttpReceiver, status, type Respond } from '../support/http-receiver.ts';
import { AttackLab } from './attack-lab.ts';

/** Receivers that lead Belfry somewhere else, and configurations that already do. */

let lab: AttackLab;
let inner: HttpReceiver;
beforeAll(async () => {
  lab = await AttackLab.start();
  inner = await HttpReceiver.start();
});
afterAll(async () => {
  await inner[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});
beforeEach(() => void inner.received.splice(0));

interface Settled {
  readonly status: string;
  readonly nextAttemptAt: number | null;
  readonly updatedAt: number;
}

/** Tests a new channel whose receiver answers like this; the notification once it was tried. */
async function tried(respond: Respond): Promise<Settled> {
  lab.lab.receiver.respond = respond;
  const id = await lab.lab.channel();
  const { notificationId } = await lab.lab.call<{ notificationId: string }>('channels.test', {
    id,
  });
  for (;;) {
    const row = await lab.lab.call<Settled & { attempts: unknown[] }>('notifications.get', {
      id: notificationId,
    });
    if (row.attempts.length > 0) return row;
    await new Promise(setImmediate);
  }
}

describe('a receiver that answers with another address', () => {
  test.each([301, 302, 303, 307, 308, 300, 304])('%i: nobody is asked there', async (code) => {
    const { status: settled } = await tried(status(code, { location: `${inner.url}/metadata` }));
    expect(settled).toBe('dead');
    expect(inner.received).toEqual([]);
  });

  test.each([
    ['Refresh', { refresh: `0;url=URL` }],
    ['Content-Location', { 'content-location': 'URL' }],
    ['Alt-Svc', { 'alt-svc': 'h2="URL"' }],
    ['Link', { link: '<URL>; rel=preload' }],
  ])('by %s: nobody is asked there', async (_name, headers) => {
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('URL', inner.url)]),
    );
    expect((await tried(status(200, filled))).status).toBe('sent');
    expect(inner.received).toEqual([]);
  });
});

describe('a receiver that takes our time', () => {
  const DAY_MS = 86_400_000;
  test.each(['99999999999', '1e99', '-1', 'Fri, 31 Dec 9999 23:59:59 GMT', '0x10', 'NaN'])(
    'Retry-After: %s is no wait beyond a day',
    async (value) => {
      const row = await tried(status(503, { 'retry-after': value }));
      expect(row.status).toBe('failed');
      expect((row.nextAttemptAt ?? 0) - row.updatedAt).toBeLessThanOrEqual(DAY_MS);
      expect((row.nextAttemptAt ?? 0) - row.updatedAt).toBeGreaterThan(0);
    },
  );

  test('an answer without end is cut', async () => {
    const endless: Respond = (response) => {
      response.writeHead(400);
      const chunk = 'x'.repeat(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    };
    expect((await tried(endless)).status).toBe('dead');
  });

  test('headers without end are a failure, and no crash', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, n) => [`x-${n}`, 'v'.repeat(50)]),
    );
    expect((await tried(status(200, many))).status).toBe('failed');
  });
});

describe('an address of a metadata service', () => {
  const HOSTS = [
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:a9fe:a9fe::1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '168.63.129.16',
    '１６９.254.169.254',
    '169。254。169。254',
    '169.254.169.254.',
  ];
  const configOf: Readonly<Record<string, (host: string) => object>> = {
    webhook: (host) => ({ url: `http://${host}/latest/meta-data` }),
    ntfy: (host) => ({ server: `http://${host}`, topic: 'belfry' }),
    gotify: (host) => ({ server: `http://${host}`, token: 'AqP8kX2mVb0t7Zs' }),
    apprise: (host) => ({ url: `http://${host}`, key: 'homelab' }),
    smtp: (host) => ({
      ...{ host: host.replace(/[[\]]/g, ''), from: 'a@example.org', to: 'b@example.org' },
    }),
  };
  test.each(Object.keys(configOf))(
    'is no destination of %s, however it is written',
    async (kind) => {
      const elsewhere = { kind, name: `${kind} of the lab`, config: configOf[kind]?.('nas.lan') };
      expect((await lab.json('/api/v1/channels', elsewhere)).status).toBe(201);
      for (const host of HOSTS) {
        const config = configOf[kind]?.(host);
        const answer = await lab.json('/api/v1/channels', {
          kind,
          name: `${kind} ${host}`,
          config,
        });
        expect([host, answer.status]).toEqual([host, 400]);
      }
    },
  );

  test('is not called by the outbound heartbeat', async () => {
    for (const host of HOSTS) {
      const { status: code } = await lab.request('PATCH', '/api/v1/settings', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outboundHeartbeat: { url: `http://${host}/` } }),
      });
      expect([host, code]).toEqual([host, 400]);
    }
  });
});
