/** @module-tag slow */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../../main/contract/limits.ts';
import { STREAM_PATH } from '../../main/transport/http/stream.ts';
import { ADMIN_TOKEN } from '../transport/app-lab.ts';
import { AttackLab } from './attack-lab.ts';

/**
 * Bombs: requests that are small to send and large to hold, or that come in numbers. Slow senders and full
 * connection tables are in test/transport/http/slow-senders.test.ts and connections.test.ts, deep JSON
 * beside them.
 */

let lab: AttackLab;
beforeAll(async () => {
  lab = await AttackLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());
afterEach(async () => expect(await lab.isWell()).toBe(true));

const event = (more: object) => ({ host: 'nas', kind: 'bomb', status: 'firing', ...more });
const MIB = 1_048_576;

describe('compressed bombs', () => {
  const large = Buffer.alloc(64 * MIB, ' ');
  test.each([
    ['gzip', 'gzip', () => gzipSync(large)],
    ['deflate', 'deflate', () => deflateSync(large)],
    ['brotli', 'br', () => brotliCompressSync(large, { params: { [0x2]: 22 } })],
    ['gzip that goes on and on', 'gzip', () => Buffer.concat([gzipSync(large), gzipSync(large)])],
  ])('%s', async (_name, encoding, bomb) => {
    const { status } = await lab.request('POST', '/api/v1/events', {
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: bomb(),
    });
    expect(status).toBe(413);
  });

  test.each(['gzip, gzip', 'gzip,deflate', 'gzip, gzip, gzip, gzip'])(
    'one within another: %s',
    async (encoding) => {
      const { status } = await lab.request('POST', '/api/v1/events', {
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body: gzipSync(gzipSync(large)),
      });
      expect([400, 413, 415]).toContain(status);
    },
  );

  test('as the log of a ping, which is cut and not held', async () => {
    const schedule = { type: 'period', periodMs: 600_000 };
    const input = { name: 'bombed', schedule, graceMs: 60_000 };
    const { id, pingId } = await lab.lab.call<{ id: string; pingId: string }>(
      'heartbeats.create',
      input,
    );
    const { status } = await lab.request('POST', `/ping/${pingId}`, {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(large),
    });
    expect([200, 413]).toContain(status);
    const shown = JSON.stringify(await lab.lab.call('heartbeats.get', { id }));
    expect(shown.length).toBeLessThan(2 * LIMITS.pingLogCharsMax);
  });

  test('a length of a terabyte is refused before anything is read', async () => {
    const { statuses } = await lab.raw(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 1099511627776\r\nConnection: close\r\n\r\n`,
    );
    expect(statuses).toEqual([413]);
  });
});

describe('JSON', () => {
  test.each([
    ['a number beyond all', '{"host":"nas","kind":"n","status":"firing","occurredAt":1e400}'],
    [
      'a number of 500,000 digits',
      `{"host":"nas","kind":"n","status":"firing","occurredAt":${'9'.repeat(500_000)}}`,
    ],
    ['a negative zero', '{"host":"nas","kind":"n","status":"firing","occurredAt":-0.0000001}'],
    [
      'a time beyond all calendars',
      '{"host":"nas","kind":"n","status":"firing","occurredAt":8640000000000001}',
    ],
  ])('%s is no time', async (_name, body) => {
    expect((await lab.json('/api/v1/events', body)).status).toBe(400);
  });

  test('eighty thousand keys', async () => {
    const keys = Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join(',');
    for (const path of ['/api/v1/events', '/api/v1/silences', '/message', '/ingest/uptime-kuma']) {
      expect((await lab.json(path, `{${keys}}`)).status, path).toBe(400);
    }
  });

  test('a million brackets', async () => {
    const deep = '['.repeat(MIB / 2 - 10) + ']'.repeat(MIB / 2 - 10);
    for (const path of ['/api/v1/events', '/api/v2/alerts', '/message', '/notify/key']) {
      expect((await lab.json(path, deep)).status, path).toBe(400);
    }
  });

  test('text that is no text: NUL, lone surrogates, a megabyte without a space', async () => {
    for (const text of ['\\u0000', '\\ud800', 'w'.repeat(900_000)]) {
      const body = `{"host":"nas","kind":"text_bomb","status":"firing","message":"${text}"}`;
      const { status, text: said } = await lab.json('/api/v1/events', body);
      expect(status, said).toBe(200);
    }
    const { text } = await lab.request('GET', '/api/v1/alerts?kind=text_bomb');
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThan(4 * LIMITS.messageCharsMax);
  });
});

describe('forms', () => {
  const FORM = 'application/x-www-form-urlencoded';
  test('200,000 fields', async () => {
    const body = Array.from({ length: 200_000 }, (_, n) => `a${n % 9}=`)
      .join('&')
      .slice(0, MIB);
    expect((await lab.post('/message', body, FORM)).status).toBe(400);
  });

  test('20,000 parts, nested boundaries and a part that never ends', async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n';
    const type = 'multipart/form-data; boundary=b';
    for (const body of [
      `${part.repeat(18_000)}--b--\r\n`,
      `--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(5_000)}`,
      `--b\r\nContent-Disposition: form-data; name="${'n'.repeat(500_000)}`,
      '--b'.repeat(300_000),
    ]) {
      const { status, text } = await lab.post('/message', body, type);
      expect(status, text).toBe(400);
    }
  });

  test('a boundary of 100 kB is refused with its header', async () => {
    const type = `multipart/form-data; boundary=${'b'.repeat(100_000)}`;
    const answer = lab.post('/message', 'x', type);
    expect((await answer).status).toBe(431);
  });
});

describe('YAML of an import', () => {
  const laughs = Array.from({ length: 30 }, (_, n) =>
    n === 0 ? 'a0: &a0 [lol, lol]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}, *a${n - 1}]`,
  ).join('\n');
  test.each([
    ['a billion laughs', laughs],
    ['merge keys', `${laughs}\nx:\n  <<: [*a29, *a29]`],
    ['a tag that makes a function', 'routes: !!js/function "function(){ process.exit() }"'],
    ['flow lists without end', '['.repeat(200_000)],
    ['a number of 700,000 digits', `version: ${'9'.repeat(700_000)}`],
    ['a prototype', 'channels:\n  __proto__:\n    polluted: true'],
  ])('%s', async (_name, yaml) => {
    const { status, text } = await lab.json('/api/v1/config/preview', { yaml });
    expect(status, text.slice(0, 500)).toBe(400);
    expect(text.length).toBeLessThan(MIB);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('patterns that backtrack for ever', () => {
  const PATTERN = 'host=~"(a|a|aa)*(a+)+((a+)*)+$"';
  const host = `${'a'.repeat(500)}!`;
  test('in a route, a silence, an inhibition and a filter, while others are served', async () => {
    await lab.lab.call('silences.create', { matchers: [PATTERN], endsAt: 4_102_444_800_000 });
    await lab.lab.call('inhibitions.create', {
      name: 'backtracks',
      sourceMatchers: [PATTERN],
      targetMatchers: [PATTERN],
      equal: [],
    });
    await lab.lab.call('routes.create', {
      name: 'backtracks',
      matchers: [PATTERN],
      channelIds: [],
    });
    const answers = await Promise.all([
      lab.json('/api/v1/events', event({ host })),
      lab.json('/api/v1/routes/preview', { host, kind: 'bomb' }),
      lab.request('GET', `/api/v2/alerts?filter=${encodeURIComponent(PATTERN)}`),
      lab.request('GET', '/healthz'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

describe('floods', () => {
  test('of events in one request are refused as a whole', async () => {
    const events = Array.from({ length: LIMITS.eventsPerRequestMax + 1 }, (_, n) =>
      event({ kind: 'flooded', dedupKey: String(n) }),
    );
    expect((await lab.json('/api/v1/events', events)).status).toBe(400);
    expect(await lab.alertsOf('flooded')).toBe(0);
  });

  test('of distinct conditions leave lists bounded and metrics short', async () => {
    for (let round = 0; round < 2; round += 1) {
      const events = Array.from({ length: LIMITS.eventsPerRequestMax }, (_, n) =>
        event({ kind: `flood_${round}_${n}`, host: `host-${n}` }),
      );
      expect((await lab.json('/api/v1/events', events)).status).toBe(200);
    }
    const list = (await lab.request('GET', `/api/v1/alerts?limit=${LIMITS.pageSizeMax}`)).json;
    expect((list as { items: unknown[] }).items).toHaveLength(LIMITS.pageSizeMax);
    const metrics = (await lab.request('GET', '/metrics')).text;
    const kinds = metrics.match(/^belfry_alerts_fired_total\{/gm) ?? [];
    expect(kinds.length).toBeLessThan(300);
    expect(metrics).toContain('type="other"');
  });

  test('of labels, and of labels that are long, are refused by name', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`l${n}`, 'v']));
    for (const labels of [many, { ['l'.repeat(10_000)]: 'v' }, { l: 'v'.repeat(100_000) }]) {
      const { status, text } = await lab.json('/api/v1/events', event({ kind: 'labels', labels }));
      expect(status, text).toBe(400);
      expect(text).toContain('labels');
    }
    expect(await lab.alertsOf('labels')).toBe(0);
  });

  test('of headers and addresses are refused', async () => {
    const headers = Array.from({ length: 3_000 }, (_, n) => `X-${n}: a`).join('\r\n');
    const { statuses } = await lab.raw(
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`,
    );
    expect(statuses).toEqual([431]);
    const { statuses: long } = await lab.raw(
      `GET /healthz?${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect(long).toEqual([431]);
  });

  test('of streams are refused beyond the limit, and their places come back', async () => {
    const dial = () =>
      new WebSocket(`${lab.lab.app.url?.replace('http', 'ws')}${STREAM_PATH}`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
    const opened = Array.from({ length: LIMITS.streamClientsMax }, dial);
    await Promise.all(opened.map((stream) => once(stream, 'open')));
    const refused = dial();
    const [, answer] = (await once(refused, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ];
    expect(answer.statusCode).toBe(503);
    refused.on('error', () => undefined).terminate();
    for (const stream of opened) stream.terminate();
    await Promise.all(opened.map((stream) => once(stream, 'close')));
    for (;;) {
      const again = dial();
      const isOpen = await Promise.race([
        once(again, 'open').then(() => true),
        once(again, 'error').then(() => false),
      ]);
      again.on('error', () => undefined).terminate();
      if (isOpen) return;
    }
  });

  test('of messages from a client of the stream end its connection', async () => {
    const stream = new WebSocket(`${lab.lab.app.url?.replace('http', 'ws')}${STREAM_PATH}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    await once(stream, 'open');
    stream.on('error', () => undefined).send('x'.repeat(MIB));
    const [code] = (await once(stream, 'close')) as [number];
    expect(code).toBe(1009);
  });
});
