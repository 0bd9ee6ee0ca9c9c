/** @module-tag slow */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { ADMIN_TOKEN, AppLab } from '../app-lab.ts';
import { send, type Answer } from './fixture.ts';

let lab: AppLab;
let pingId: string;
beforeAll(async () => {
  lab = await AppLab.start();
  await lab.call('mappedWebhooks.create', {
    name: 'Mapped',
    slug: 'mapped',
    mapping: { host: 'host', kind: '"mapped"', status: '"firing"', message: 'text' },
  });
  const schedule = { type: 'period', periodMs: 600_000 };
  const input = { name: 'Bodies', schedule, graceMs: 60_000 };
  const made = await lab.call<{ id: string; pingId: string }>('heartbeats.create', input);
  pingId = made.pingId;
  heartbeatId = made.id;
});
let heartbeatId: string;
afterAll(() => lab[Symbol.asyncDispose]());

const post = (
  path: string,
  body: string | Buffer,
  type: string,
  headers: Record<string, string> = {},
  verb = 'POST',
): Promise<Answer> =>
  send(lab.app.url ?? '', path, {
    method: verb,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type, ...headers },
    body,
  });

interface Shown {
  readonly message: string;
  readonly host: string;
  readonly kind: string;
}

/** The alert that came last. */
const newest = async (): Promise<Shown | undefined> =>
  (await lab.call<{ items: Shown[] }>('alerts.list', { limit: 200 })).items.at(0);

const lastLog = async (): Promise<string | undefined> =>
  (await lab.call<{ timeline: { detail: string }[] }>('heartbeats.get', { id: heartbeatId }))
    .timeline[0]?.detail;

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Every kind of route that reads JSON, with a body that it takes. */
const event = (kind: string) => `{"host":"nas","kind":"${kind}","status":"firing"}`;
const JSON_ROUTES = [
  ['/api/v1/events', () => event('k')],
  ['/api/v1/jobs', () => '{"host":"nas","job":"check","status":"failed"}'],
  ['/api/v1/silences', () => '{"matchers":["host=x"],"endsAt":4102444800000}'],
  ['/api/v2/alerts', () => '[{"labels":{"alertname":"A"}}]'],
  [
    '/api/v2/silences',
    () =>
      '{"matchers":[{"name":"a","value":"b","isRegex":false}],"comment":"c","createdBy":"d","startsAt":"2099-01-01T00:00:00Z","endsAt":"2099-01-02T00:00:00Z"}',
  ],
  ['/ingest/alertmanager', () => '{"alerts":[{"status":"firing","labels":{"alertname":"B"}}]}'],
  ['/ingest/grafana', () => '{"alerts":[{"status":"firing","labels":{"alertname":"C"}}]}'],
  ['/ingest/uptime-kuma', () => '{"msg":"a test"}'],
  ['/ingest/proxmox', () => '{"title":"t","message":"m","severity":"info"}'],
  ['/ingest/mapped/mapped', () => '{"host":"nas","text":"m"}'],
  ['/alert', () => '{"resource":"r","event":"e","severity":"major"}'],
  ['/message', () => '{"message":"m"}'],
  ['/', () => '{"topic":"t","message":"m"}'],
  ['/notify/k', () => '{"body":"m"}'],
  ['/ingest/home-assistant', () => '{"message":"m"}'],
  ['/ingest/shoutrrr', () => '{"message":"m"}'],
] as const;

describe.each(JSON_ROUTES)('%s', (path, body) => {
  test.each([
    ['UTF-8', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', utf16],
  ])('takes JSON after a byte order mark of %s', async (_name, encoded) => {
    const answer = await post(path, encoded(body()), JSON_TYPE);
    expect(Math.floor(answer.status / 100), answer.text).toBe(2);
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('takes %s', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding };
    const answer = await post(path, compress(body()), JSON_TYPE, headers);
    expect(Math.floor(answer.status / 100), answer.text).toBe(2);
  });

  test('names what it can inflate to whoever sends another encoding', async () => {
    const answer = await post(path, body(), JSON_TYPE, { 'content-encoding': 'zstd' });
    expect(answer.status, answer.text).toBe(415);
    expect(answer.text).toMatch(/zstd.*gzip, deflate or br/);
    expect(answer.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  test('refuses what inflates beyond the limit of a body, and what is no gzip', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(64 * LIMITS.bodyBytesMax, ' '));
    const answer = await post(path, bomb, JSON_TYPE, headers);
    expect(answer.status, answer.text).toBe(413);
    expect(answer.text).toContain(String(LIMITS.bodyBytesMax));
    const broken = await post(path, gzipSync(body()).subarray(0, -8), JSON_TYPE, headers);
    expect(broken.status, broken.text).toBe(400);
    expect(broken.text).toContain('not gzip');
  });

  test('takes a slash at the end of its address', async () => {
    const slashed = path === '/' ? path : `${path}/`;
    const answer = await post(slashed, body(), JSON_TYPE);
    expect(Math.floor(answer.status / 100), answer.text).toBe(2);
    const queried = await post(`${slashed}?unused=yes`, body(), JSON_TYPE);
    expect(Math.floor(queried.status / 100), queried.text).toBe(2);
  });
});

describe('text in another encoding than UTF-8', () => {
  const WORDS = 'Le disque est plein à 95 %, déjà';

  test.each([
    ['an ntfy topic, declared', '/t1', latin1(WORDS), 'text/plain; charset=ISO-8859-1'],
    ['an ntfy topic, undeclared', '/t2', latin1(WORDS), 'text/plain'],
    ['an ntfy topic by curl', '/t3', latin1(WORDS), FORM],
    ['an ntfy topic in UTF-16', '/t4', utf16(WORDS), 'text/plain'],
    ['an ntfy topic, declared UTF-8', '/t5', latin1(WORDS), 'text/plain; charset=utf-8'],
    ['a form, as bytes', '/message', latin1(`message=${WORDS}`), FORM],
    ['a form, escaped', '/message', latin1(`message=${escape(WORDS)}`), FORM],
    ['JSON', '/message', latin1(`{"message":"${WORDS}"}`), `${JSON_TYPE}; charset=latin1`],
    ['JSON, undeclared', '/message', latin1(`{"message":"${WORDS}"}`), JSON_TYPE],
    ['Apprise', '/notify/k', latin1(`{"body":"${WORDS}"}`), JSON_TYPE],
    ['Home Assistant', '/ingest/home-assistant', latin1(`message=${WORDS}`), FORM],
    ['Shoutrrr', '/ingest/shoutrrr', latin1(WORDS), JSON_TYPE],
    ['a mapped webhook', '/ingest/mapped/mapped', latin1(`{"host":"h","text":"${WORDS}"}`), FORM],
    [
      'an event',
      '/api/v1/events',
      latin1(`{"host":"fr","kind":"k","status":"firing","message":"${WORDS}"}`),
      `${JSON_TYPE}; charset=iso-8859-1`,
    ],
    [
      'an alert of Prometheus',
      '/api/v2/alerts',
      latin1(`[{"labels":{"alertname":"L"},"annotations":{"summary":"${WORDS}"}}]`),
      JSON_TYPE,
    ],
  ])('is read from %s', async (_name, path, body, type) => {
    const answer = await post(path, body, type);
    expect(Math.floor(answer.status / 100), answer.text).toBe(2);
    expect((await newest())?.message).toBe(WORDS);
  });

  test('is read from a multipart form', async () => {
    const body = latin1(
      `--b\r\nContent-Disposition: form-data; name="message"\r\n\r\n${WORDS}\r\n--b--\r\n`,
    );
    const answer = await post('/message', body, 'multipart/form-data; boundary=b');
    expect(answer.status, answer.text).toBe(200);
    expect((await newest())?.message).toBe(WORDS);
    const utf8 = Buffer.from(body.toString('latin1'));
    await post('/message', utf8, 'multipart/form-data; boundary=b');
    expect((await newest())?.message).toBe(WORDS);
  });

  test('is read from a query', async () => {
    const answer = await send(lab.app.url ?? '', `/t6/publish?message=${escape(WORDS)}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(answer.status, answer.text).toBe(200);
    expect((await newest())?.message).toBe(WORDS);
  });

  test.each([
    ['windows-1252', Buffer.from([0x80, 0x20, 0x31]), '€ 1'],
    ['shift_jis', Buffer.from([0x83, 0x66, 0x83, 0x42]), 'ディ'],
    ['koi8-r', Buffer.from([0xc4, 0xc9, 0xd3, 0xcb]), 'диск'],
    ['"GB18030"', Buffer.from([0xb4, 0xc5, 0xc5, 0xcc]), '磁盘'],
    ['utf-16le', Buffer.from('диск', 'utf16le'), 'диск'],
    ['unheard-of', Buffer.from('déjà'), 'déjà'],
    ['us-ascii', Buffer.from('déjà'), 'déjà'],
  ])('is decoded as %s', async (charset, body, words) => {
    await post('/t7', body, `text/plain; charset=${charset}`);
    expect((await newest())?.message).toBe(words);
    await post(`/ping/${pingId}/log`, body, `text/plain; charset=${charset}`);
    expect(await lastLog()).toBe(words);
  });

  test('is kept of a ping, undeclared', async () => {
    await post(`/ping/${pingId}/log`, latin1(WORDS), 'text/plain');
    expect(await lastLog()).toBe(WORDS);
  });

  test.each([
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x11, 0x12]), 'image/jpeg'],
    ['what holds NUL', Buffer.from([0xe9, 0x00, 0x41]), 'text/plain'],
    ['what holds controls', Buffer.from([0xe9, 0x01, 0x02]), FORM],
    ['an archive', latin1('déjà'), 'application/octet-stream'],
  ])('is not %s', async (_name, body, type) => {
    await post('/t8', body, type);
    expect((await newest())?.message).toContain('attachment.bin');
  });

  test('is not a file with a name', async () => {
    await post('/t9', latin1(WORDS), 'text/plain', { 'x-filename': 'log.txt' });
    expect((await newest())?.message).toContain('log.txt');
  });
});

describe('the other addresses', () => {
  test('of pings and pushes take a slash at the end', async () => {
    for (const path of [
      `/ping/${pingId}/`,
      `/ping/${pingId}/start/`,
      `/ping/${pingId}/0/`,
      `/ping/${ADMIN_TOKEN}/bodies/`,
      `/ping/${ADMIN_TOKEN}/bodies/log/?rid=c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55`,
      `/api/push/${pingId}/?status=up`,
      '/t10/',
      '/t10/copy-1/',
    ]) {
      const answer = await post(path, 'm', 'text/plain');
      expect(answer.status, `${path}: ${answer.text}`).toBe(200);
    }
  });

  test.each(['//', '/ping/', '/ping//', '/message//', '/ping', '/act/', '/t11//', '/notify/k//'])(
    '%s is still nothing',
    async (path) => {
      const answer = await post(path, 'm', 'text/plain');
      expect(answer.status, answer.text).toBe(404);
    },
  );

  test('a ping’s log comes compressed as well', async () => {
    const log = `${'x'.repeat(3 * LIMITS.bodyBytesMax)}\nFatal: wrong password`;
    const answer = await post(`/ping/${pingId}/log`, gzipSync(log), 'text/plain', {
      'content-encoding': 'gzip',
    });
    expect(answer.status, answer.text).toBe(200);
    expect(await lastLog()).toMatch(/^x+\n… \(cut\) …\nx+\nFatal: wrong password$/);
  });
});
