/** @module-tag slow */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Heartbeat } from '../../../main/contract/heartbeat.ts';
import { MINUTE } from '../../heartbeats/heartbeat-lab.ts';
import { HttpLab } from '../../heartbeats/http-lab.ts';
import { afterRetries, holdWriteLock } from '../../support/sick-disk.ts';
import { ADMIN_TOKEN } from './fixture.ts';

const RUN = '0b8a1f4e-9a3f-4a6e-8a53-2f0b8d6f7c11';
const UNKNOWN = 'c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55';

let lab: HttpLab;
beforeEach(async () => {
  lab = await HttpLab.start();
});
afterEach(() => lab.stop());

describe('a ping by its id', () => {
  test.for(['GET', 'POST', 'HEAD'])('takes %s, and needs nothing else', async (verb) => {
    const answer = await lab.ping('', { verb });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(verb === 'HEAD' ? '' : 'OK');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await lab.stored()).toMatchObject({ state: 'up', lastPingAt: lab.clock.now() });
  });

  test('an upper-case id is the same', async () => {
    const answer = await lab.request('GET', `/ping/${lab.heartbeat.pingId?.toUpperCase()}`);
    expect(answer.status).toBe(200);
  });

  test('start and success measure the run', async () => {
    await lab.ping(`/start?rid=${RUN}`);
    expect(await lab.stored()).toMatchObject({ startedAt: lab.clock.now() });
    lab.clock.advance(3 * MINUTE);
    await lab.ping(`?rid=${RUN.toUpperCase()}`, { body: 'done' });
    const { timeline, ...now } = await lab.stored();
    expect(now).toMatchObject({ state: 'up', startedAt: null, lastDurationMs: 3 * MINUTE });
    expect(timeline[0]).toMatchObject({ type: 'succeeded', runId: RUN, detail: 'done' });
    expect(timeline[1]).toMatchObject({ type: 'started', runId: RUN });
  });

  test('fail and exit statuses raise, success resolves', async () => {
    await lab.ping('/3', { body: 'scanning\nFatal: repository is locked\n\n' });
    expect(await lab.stored()).toMatchObject({ state: 'down' });
    expect(await lab.alerts()).toMatchObject([
      {
        source: 'heartbeat',
        host: 'nas',
        kind: 'stale_schedule',
        dedupKey: lab.heartbeat.id,
        state: 'open',
        severity: 'warning',
        message: 'Reported failure: exit status 3: Fatal: repository is locked',
        labels: { heartbeat: 'NAS backup' },
      },
    ]);
    await lab.ping('/fail');
    expect(await lab.alerts()).toMatchObject([{ occurrences: 2, message: 'Reported failure' }]);
    await lab.ping('/0');
    expect(await lab.alerts()).toMatchObject([{ state: 'resolved' }]);
    const { timeline } = await lab.stored();
    const types = timeline.map(({ type, exitStatus }) => [type, exitStatus]);
    expect(types).toEqual([
      ['succeeded', 0],
      ['failed', null],
      ['failed', 3],
      ['created', null],
    ]);
  });

  test('a log is kept and changes nothing', async () => {
    await lab.ping('/log', { body: 'half way' });
    const { state, timeline } = await lab.stored();
    expect(state).toBe('new');
    expect(timeline[0]).toMatchObject({ type: 'logged', detail: 'half way' });
  });

  test.for([
    ['no content type', undefined],
    ['a form', 'application/x-www-form-urlencoded'],
    ['JSON that is none', 'application/json'],
    ['octets', 'application/octet-stream'],
    ['a type that is none', 'nonsense; ;'],
  ] as const)('takes a body of %s as text', async ([, type]) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await lab.ping('', { body: 'a=1&b=[{ü', headers });
    expect(answer.status).toBe(200);
    expect((await lab.stored()).timeline[0]?.detail).toBe('a=1&b=[{ü');
  });

  test('is not lost because its log is very long', async () => {
    const body = `first line\n${'x'.repeat(3 * 1_048_576)}`;
    expect((await lab.ping('/1', { body })).status).toBe(200);
    const [{ detail } = { detail: '' }] = (await lab.stored()).timeline;
    expect(detail).toHaveLength(10_000);
    expect(detail).toContain('\n… (cut) …\n');
    // The connection is good for another.
    expect((await lab.ping()).status).toBe(200);
  });

  test('whose log breaks off does not count', async () => {
    const socket = connect(Number(new URL(lab.url).port), '127.0.0.1');
    socket.write(
      `POST /ping/${lab.heartbeat.pingId} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf`,
    );
    socket.end();
    await text(socket);
    expect((await lab.stored()).timeline).toHaveLength(1);
    expect(lab.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('never by another verb', async () => {
    const answer = await lab.ping('/start', { verb: 'DELETE' });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
  });

  test.for([
    ['/ping/backup', 400],
    ['/ping/0b8a1f4e-9a3f-4a6e-8a53', 400],
    [`/ping/${UNKNOWN}`, 404],
    [`/ping/${UNKNOWN}/start`, 404],
    [`/ping/${UNKNOWN}/nonsense`, 404],
    [`/ping/${UNKNOWN}/slug/256`, 400],
  ] as const)('%s is %d', async ([path, status]) => {
    const answer = await lab.request('GET', path);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test.for(['?rid=7', '?rid=', `?rid=${RUN}&rid=${RUN}`])('%s is 400', async (query) => {
    expect((await lab.ping(query)).status).toBe(400);
    expect((await lab.stored()).state).toBe('new');
  });

  test('unknown ids are soon refused, and the known go on', async () => {
    const guesses = Array.from({ length: 31 }, (_, n) => UNKNOWN.replace(/..$/, String(n + 10)));
    const statuses: number[] = [];
    for (const guess of guesses) statuses.push((await lab.request('GET', `/ping/${guess}`)).status);
    expect(statuses.slice(0, 30)).toEqual(Array<number>(30).fill(404));
    expect(statuses[30]).toBe(429);
    expect((await lab.ping()).status).toBe(200);
    lab.clock.advance(MINUTE);
    expect((await lab.request('GET', `/ping/${UNKNOWN}`)).status).toBe(404);
  });

  test('a page of another origin may not ping', async () => {
    expect((await lab.ping('', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await lab.stored()).state).toBe('new');
  });

  test('is 503 while the disk takes no writes, and has not happened', async () => {
    {
      using _lock = holdWriteLock(lab.dir);
      const answer = await afterRetries(lab.clock, lab.ping());
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
    }
    lab.clock.advance(1_000);
    expect((await lab.stored()).state).toBe('new');
    expect((await lab.ping()).status).toBe(200);
  });
});

describe('a ping by its slug', () => {
  test('needs a token that may send', async () => {
    const [ingest, read] = [await lab.newToken('ingest'), await lab.newToken('read')];
    expect((await lab.request('GET', `/ping/${ingest}/nas-backup`)).text).toBe('OK');
    expect((await lab.request('POST', `/ping/${ingest}/nas-backup/1`)).status).toBe(200);
    expect(await lab.stored()).toMatchObject({ state: 'down' });
    expect((await lab.request('GET', `/ping/${read}/nas-backup`)).status).toBe(403);
    expect((await lab.request('GET', `/ping/bf_unknown/nas-backup`)).status).toBe(404);
    expect((await lab.request('GET', `/ping/${ingest}/other`)).status).toBe(404);
    expect((await lab.request('GET', `/ping/${ingest}/nas-backup/nonsense`)).status).toBe(400);
  });

  test('never takes the cookie of a window, nor the header', async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    expect((await lab.request('GET', '/ping/wrong/nas-backup', { headers })).status).toBe(404);
  });

  test('makes it when asked to', async () => {
    const token = await lab.newToken('ingest');
    const made = await lab.request('POST', `/ping/${token}/pi-updates/start?create=1`);
    expect([made.status, made.text]).toEqual([201, 'Created']);
    const again = await lab.request('POST', `/ping/${token}/pi-updates?create=1`);
    expect([again.status, again.text]).toEqual([200, 'OK']);
    const { items } = await lab.api<{ items: Heartbeat[] }>('GET', '/heartbeats');
    expect(items.find(({ slug }) => slug === 'pi-updates')).toMatchObject({
      name: 'pi-updates',
      state: 'up',
      schedule: { type: 'period', periodMs: 86_400_000 },
      graceMs: 3_600_000,
    });
    expect((await lab.request('GET', `/ping/${token}/no%20slug?create=1`)).status).toBe(400);
  });
});
