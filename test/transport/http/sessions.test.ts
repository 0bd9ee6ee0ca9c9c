import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../../main/app.ts';
import type { AuditEntry, Session } from '../../../main/contract/system.ts';
import { appOptions } from '../../support/app-options.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { AppLab } from '../app-lab.ts';
import { send, type Answer } from './fixture.ts';

const UNKNOWN = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

let clock: FakeClock;
let lab: AppLab;
beforeEach(async () => {
  clock = new FakeClock();
  lab = await AppLab.start(clock);
});
afterEach(() => lab[Symbol.asyncDispose]());

const as = (cookie: string, method: string, path: string): Promise<Answer> =>
  send(lab.app.url ?? '', path, { method, headers: { cookie } });
const sessionsSeenBy = async (cookie: string): Promise<Session[]> =>
  ((await as(cookie, 'GET', '/api/v1/sessions')).json as { items: Session[] }).items;
const ownId = async (cookie: string): Promise<string> =>
  (await sessionsSeenBy(cookie)).find(({ current }) => current)?.id ?? '';
const statusOf = async (cookie: string): Promise<number> =>
  (await as(cookie, 'GET', '/api/v1/alerts')).status;

async function stream(cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`${(lab.app.url ?? '').replace('http', 'ws')}/api/v1/stream`, {
    headers: { cookie },
  });
  await once(socket, 'open');
  return socket;
}

describe('the list of sessions', () => {
  test('says when, from where and with what each signed in, and no secret', async () => {
    const signedInAt = clock.now();
    const cookie = await lab.cookie('Firefox on the sofa');
    const secret = cookie.split('=')[1] ?? '';
    clock.advance(60_000);
    await lab.cookie('Phone');
    const answer = await as(cookie, 'GET', '/api/v1/sessions');
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(secret);
    const { items } = answer.json as { items: Session[] };
    expect(items).toHaveLength(2);
    expect(items.find(({ current }) => current)).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      createdAt: signedInAt,
      lastSeenAt: signedInAt,
      expiresAt: signedInAt + 30 * 86_400_000,
      address: '127.0.0.1',
      userAgent: 'Firefox on the sofa',
      current: true,
    });
    expect(items.find(({ current }) => !current)).toMatchObject({
      userAgent: 'Phone',
      lastSeenAt: clock.now(),
    });
  });

  test('notes the last use to within five minutes', async () => {
    const cookie = await lab.cookie();
    const [first] = await sessionsSeenBy(cookie);
    clock.advance(299_999);
    expect((await sessionsSeenBy(cookie))[0]?.lastSeenAt).toBe(first?.lastSeenAt);
    clock.advance(1);
    await sessionsSeenBy(cookie);
    expect((await sessionsSeenBy(cookie))[0]?.lastSeenAt).toBe(clock.now());
  });

  test('leaves out what has expired, and a token is no session', async () => {
    await lab.cookie();
    clock.setWallBy(30 * 86_400_000);
    const { json } = await lab.http('GET', '/api/v1/sessions');
    expect(json).toEqual({ items: [] });
    await lab.cookie();
    const listed = (await lab.http('GET', '/api/v1/sessions')).json as { items: Session[] };
    expect(listed.items.map(({ current }) => current)).toEqual([false]);
  });

  test('is bounded: beyond 200 the one that was seen longest ago ends', async () => {
    const first = await lab.cookie();
    for (let n = 0; n < 200; n += 1) {
      clock.advance(1_000);
      await lab.cookie(`browser ${n}`);
    }
    expect(await statusOf(first)).toBe(401);
    const { json } = await lab.http('GET', '/api/v1/sessions');
    expect((json as { items: Session[] }).items).toHaveLength(200);
  });

  test.each(['ingest', 'read', 'operate'])('and ending are not for scope %s', async (scope) => {
    const { token } = await lab.call<{ token: string }>('tokens.create', { name: scope, scope });
    const id = await lab.session();
    const answers = [
      await lab.http('GET', '/api/v1/sessions', undefined, token),
      await lab.http('DELETE', `/api/v1/sessions/${id}`, undefined, token),
      await lab.http('DELETE', '/api/v1/sessions', undefined, token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  });
});

describe('ending a session', () => {
  test('refuses its cookie and closes its stream at once, and no other', async () => {
    const [mine, theirs] = [await lab.cookie('mine'), await lab.cookie('theirs')];
    const id = await ownId(theirs);
    const [own, other] = [await stream(mine), await stream(theirs)];
    const closed = once(other, 'close');
    const answer = await as(mine, 'DELETE', `/api/v1/sessions/${id}`);
    expect(answer.json).toEqual({ status: 'ended' });
    expect((await closed)[0]).toBe(1008);
    expect(own.readyState).toBe(WebSocket.OPEN);
    own.terminate();
    expect([await statusOf(theirs), await statusOf(mine)]).toEqual([401, 200]);
    const { items } = await lab.call<{ items: AuditEntry[] }>('audit.list', { subject: id });
    expect(items.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'window session.end',
      'window session.start',
    ]);
  });

  test('one that is not there is 404, an id that is none 400', async () => {
    expect((await lab.http('DELETE', `/api/v1/sessions/${UNKNOWN}`)).status).toBe(404);
    expect((await lab.http('DELETE', '/api/v1/sessions/seven')).status).toBe(400);
  });

  test('all others leaves the one that asks', async () => {
    const mine = await lab.cookie();
    const others = [await lab.cookie(), await lab.cookie()];
    const socket = await stream(others[0] ?? '');
    const closed = once(socket, 'close');
    expect((await as(mine, 'DELETE', '/api/v1/sessions')).json).toEqual({ ended: 2 });
    await closed;
    expect(await Promise.all([mine, ...others].map(statusOf))).toEqual([200, 401, 401]);
  });

  test('with a token, all others are all', async () => {
    const cookies = [await lab.cookie(), await lab.cookie()];
    expect((await lab.http('DELETE', '/api/v1/sessions')).json).toEqual({ ended: 2 });
    expect(await Promise.all(cookies.map(statusOf))).toEqual([401, 401]);
  });

  test('signing out is in the audit log', async () => {
    const cookie = await lab.cookie();
    const id = await ownId(cookie);
    await as(cookie, 'DELETE', '/api/v1/session');
    const { items } = await lab.call<{ items: AuditEntry[] }>('audit.list', { subject: id });
    expect(items[0]).toMatchObject({ action: 'session.end', detail: 'Signed out' });
  });
});

describe('the admin token', () => {
  const startWith = async (dataDir: string, adminToken: string) => {
    const app = createApp(appOptions(dataDir, { http: { adminToken, rendererDir: dataDir } }));
    await app.start();
    const call = (method: string, path: string, headers: Record<string, string>, body?: object) =>
      send(app.url ?? '', path, {
        method,
        headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const bearer = { authorization: `Bearer ${adminToken}` };
    return { app, call, bearer };
  };
  const signIn = async ({ call, bearer }: Awaited<ReturnType<typeof startWith>>) => {
    const { json } = await call('POST', '/api/v1/session/link', bearer);
    const code = (json as { url: string }).url.split('/#/sign-in/')[1];
    const { headers } = await call('POST', '/api/v1/session', {}, { code });
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  };

  test('ends all sessions when it is another one, and none when it is the same', async () => {
    using dir = tempDir();
    const first = await startWith(dir.path, 'the-first-admin-token');
    const cookie = await signIn(first);
    await first.app.stop();

    const same = await startWith(dir.path, 'the-first-admin-token');
    expect((await same.call('GET', '/api/v1/alerts', { cookie })).status).toBe(200);
    await same.app.stop();

    const other = await startWith(dir.path, 'another-admin-token');
    expect((await other.call('GET', '/api/v1/alerts', { cookie })).status).toBe(401);
    const sessions = await other.call('GET', '/api/v1/sessions', other.bearer);
    expect(sessions.json).toEqual({ items: [] });
    const audit = await other.call('GET', '/api/v1/audit', other.bearer);
    expect(audit.json).toMatchObject({
      items: [{ actor: 'belfry', action: 'session.end' }, { action: 'session.start' }],
    });
    await other.app.stop();

    const back = await startWith(dir.path, 'the-first-admin-token');
    expect((await back.call('GET', '/api/v1/alerts', { cookie })).status).toBe(401);
    await back.app.stop();
  });
});
