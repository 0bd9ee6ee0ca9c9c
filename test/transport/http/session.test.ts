import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { expectFailure } from './failure-shape.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let clock: FakeClock;
let host: StubbedHost;
beforeEach(async () => {
  clock = new FakeClock();
  host = await new StubbedHost(clock).start();
});
afterEach(() => host.stop());

describe('signing in', () => {
  test('a code buys a session cookie that no script can read', async () => {
    const answer = await host.redeem(await host.signInCode());
    expect(answer.json).toEqual({ status: 'signed_in' });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^belfry_[0-9a-f]{12}=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('behind https the cookie is for https alone', async () => {
    const answer = await host.redeem(await host.signInCode(), { 'x-forwarded-proto': 'https' });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  test('a code works once, also when two come at the same moment', async () => {
    const code = await host.signInCode();
    const answers = await Promise.all([host.redeem(code), host.redeem(code)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
    expectFailure(await host.redeem(code), 'unauthenticated');
  });

  test('a code is good for ten minutes', async () => {
    const early = await host.signInCode();
    const late = await host.signInCode();
    clock.advance(10 * MINUTE_MS - 1);
    expect((await host.redeem(early)).status).toBe(200);
    clock.advance(1);
    expectFailure(await host.redeem(late), 'unauthenticated');
  });

  test('a code that is none is 401, and a body without one 400', async () => {
    expectFailure(await host.redeem('nonsense'), 'unauthenticated');
    const answer = await host.send('/api/v1/session', { method: 'POST' });
    expectFailure(answer, 'invalid_input');
  });

  test('the command that makes a link has the data directory only for who is at this machine', async () => {
    const command = async (headers: Record<string, string>) =>
      (await host.send('/api/v1/session', { headers })).json;
    const here = { login_command: 'npm run login -- --data-dir /srv/b' };
    expect(await command({})).toEqual(here);
    for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via']) {
      expect(await command({ [header]: 'x' })).toEqual({ login_command: 'npm run login' });
    }
  });

  test('only an admin makes links', async () => {
    const token = await host.newToken('operate');
    expectFailure(await host.call('POST', '/api/v1/session/link', token), 'forbidden');
  });
});

describe('a session', () => {
  test('may do everything that the window does', async () => {
    const cookie = await host.cookie();
    const answer = await host.send('/api/v1/tokens', { headers: { cookie } });
    expect(answer.status).toBe(200);
    await host.send('/api/v1/alerts', { headers: { cookie } });
    expect(host.asked.at(-1)?.caller).toMatchObject({ actor: 'window', scope: 'admin' });
  });

  test.for(['/api/v1/events', '/api/v2/alerts'])('is never taken by %s', async (path) => {
    const cookie = await host.cookie();
    const answer = await host.send(path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: '[]',
    });
    expect(answer.status).toBe(401);
    expect(host.asked).toEqual([]);
    expect(host.stored).toEqual([]);
  });

  test('is not a fallback for a bad token', async () => {
    const cookie = await host.cookie();
    const headers = { cookie, authorization: 'Bearer bf_wrong' };
    expectFailure(await host.send('/api/v1/alerts', { headers }), 'unauthenticated');
  });

  test('lasts thirty days', async () => {
    const cookie = await host.cookie();
    clock.advance(30 * DAY_MS - 1);
    expect((await host.send('/api/v1/alerts', { headers: { cookie } })).status).toBe(200);
    clock.advance(1);
    expectFailure(await host.send('/api/v1/alerts', { headers: { cookie } }), 'unauthenticated');
  });

  test('is found among other cookies, and only under its own name', async () => {
    const cookie = await host.cookie();
    const among = { cookie: `a=1; ${cookie}; z="9"` };
    expect((await host.send('/api/v1/alerts', { headers: among })).status).toBe(200);
    const renamed = { cookie: cookie.replace(/^belfry_\w+/, 'belfry_000000000000') };
    expectFailure(await host.send('/api/v1/alerts', { headers: renamed }), 'unauthenticated');
  });

  test('ends by signing out', async () => {
    const cookie = await host.cookie();
    const answer = await host.send('/api/v1/session', { method: 'DELETE', headers: { cookie } });
    expect(answer.json).toEqual({ status: 'signed_out' });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^belfry_\w+=; Path=\/; Max-Age=0;/);
    expectFailure(await host.send('/api/v1/alerts', { headers: { cookie } }), 'unauthenticated');
  });

  test('two data directories have two cookie names', async () => {
    const other = await new StubbedHost(clock).start();
    const [ours, theirs] = [await host.cookie(), await other.cookie()];
    await other.stop();
    expect(ours.split('=')[0]).not.toBe(theirs.split('=')[0]);
  });
});

describe('a display', () => {
  const signIn = (token: string) =>
    host.send('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
  const cookieOf = async (token: string): Promise<string> =>
    (await signIn(token)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  test('signs in with a token that may only read, and stays signed in', async () => {
    const token = await host.newToken('read');
    const answer = await signIn(token);
    expect(answer.json).toEqual({ status: 'signed_in' });
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^belfry_[0-9a-f]{12}=.+; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    const headers = { cookie: await cookieOf(token) };
    clock.advance(365 * DAY_MS);
    expect((await host.send('/api/v1/alerts', { headers })).status).toBe(200);
    expect(host.asked.at(-1)?.caller).toMatchObject({ scope: 'read' });
  });

  test('can do nothing but read', async () => {
    const headers = {
      cookie: await cookieOf(await host.newToken('read')),
      'content-type': 'application/json',
    };
    for (const path of ['/api/v1/alerts/acknowledge', '/api/v1/tokens', '/api/v1/session/link']) {
      const answer = await host.send(path, { method: 'POST', headers, body: '{"filter":{}}' });
      expectFailure(answer, 'forbidden');
    }
    expect(host.asked).toEqual([]);
  });

  test.for(['ingest', 'operate', 'admin'] as const)(
    'takes no token of scope %s, which no cookie may hold either',
    async (scope) => {
      const token = await host.newToken(scope);
      const answer = await signIn(token);
      expectFailure(answer, 'forbidden');
      expect(answer.headers['set-cookie']).toBeUndefined();
      const [name] = (await cookieOf(await host.newToken('read'))).split('=');
      const headers = { cookie: `${name}=${token}` };
      expectFailure(await host.send('/api/v1/alerts', { headers }), 'unauthenticated');
    },
  );

  test('is signed out as soon as its token is revoked', async () => {
    const token = await host.newToken('read');
    const headers = { cookie: await cookieOf(token) };
    const { json } = await host.call('GET', '/api/v1/tokens', ADMIN_TOKEN);
    const [{ id } = { id: '' }] = (json as { items: { id: string }[] }).items;
    expect((await host.call('DELETE', `/api/v1/tokens/${id}`, ADMIN_TOKEN)).status).toBe(200);
    expectFailure(await host.send('/api/v1/alerts', { headers }), 'unauthenticated');
    expectFailure(await signIn(token), 'unauthenticated');
  });

  test('that guesses is slowed down as everybody is', async () => {
    for (let n = 0; n < 30; n += 1) expect((await signIn('bf_guess')).status).toBe(401);
    expectFailure(await signIn('bf_guess'), 'too_many_requests');
  });
});

describe('failed sign-ins', () => {
  const guess = () => host.call('GET', '/api/v1/alerts', 'bf_guess');

  test('too many of them are 429 until the minute is over', async () => {
    for (let n = 0; n < 30; n += 1) expect((await guess()).status).toBe(401);
    const blocked = await guess();
    expectFailure(blocked, 'too_many_requests');
    expect(host.logged).toEqual([{ level: 'warn', message: 'too many failed sign-ins' }]);
    expect(blocked.headers['retry-after']).toBe('60');
    clock.advance(MINUTE_MS);
    expect((await guess()).status).toBe(401);
  });

  test('an old session is no guess, however often its tab asks', async () => {
    const cookie = (await host.cookie()).replace(/=.*/, `=${'x'.repeat(43)}`);
    for (let n = 0; n < 40; n += 1) {
      expectFailure(await host.send('/api/v1/alerts', { headers: { cookie } }), 'unauthenticated');
    }
  });

  test('coming without any credential is no failure', async () => {
    for (let n = 0; n < 40; n += 1) {
      expect((await host.send('/api/v1/alerts')).status).toBe(401);
    }
  });
});

describe('last use of a token', () => {
  const lastUsed = async (): Promise<(number | null)[]> => {
    const { json } = await host.call('GET', '/api/v1/tokens');
    return (json as { items: { lastUsedAt: number | null }[] }).items.map((t) => t.lastUsedAt);
  };

  test('is noted at most once a minute', async () => {
    const token = await host.newToken('read');
    expect(await lastUsed()).toEqual([null]);
    const first = clock.now();
    await host.call('GET', '/api/v1/alerts', token);
    expect(await lastUsed()).toEqual([first]);
    clock.advance(MINUTE_MS - 1);
    await host.call('GET', '/api/v1/alerts', token);
    expect(await lastUsed()).toEqual([first]);
    clock.advance(1);
    await host.call('GET', '/api/v1/alerts', token);
    expect(await lastUsed()).toEqual([first + MINUTE_MS]);
  });
});
