/** @module-tag slow */
import { Agent, request as httpRequest } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METHODS, METHOD_NAMES } from '../../main/contract/methods.ts';
import { tokenScope, type TokenScope } from '../../main/contract/system.ts';
import { ok } from '../../main/contract/result.ts';
import { createDispatch, grants, type Handlers } from '../../main/transport/dispatch.ts';
import { ADMIN_TOKEN, AppLab } from '../transport/app-lab.ts';
import { SESSION_PATH } from '../../main/transport/http/session-routes.ts';
import { withMountedRoutes, type MountedRoute } from './mounted-access.ts';

/**
 * Every mounted route × every way to come, on one real server. What is expected follows from the scope that
 * the route declares; only routes without a scope stand here, so that a new one without a guard fails.
 */

/** Anybody may ask, since it says nothing about this installation, or is how one signs in. */
const OPEN = new Set([
  '/healthz',
  '/readyz',
  '/-/healthy',
  '/-/ready',
  '/version',
  '/health',
  '/v1/health',
  '/api/v1/openapi.json',
  SESSION_PATH,
  '/api/v1/stream',
  '/',
  '/*',
  '/assets/*',
]);
/** The address is the credential. */
const SECRET_ADDRESS = /^\/(ping|act|api\/push)\//;

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
const UNKNOWN_SECRET = 'x'.repeat(43);
const FOREIGN_ORIGIN = 'https://evil.example';
const FOREIGN_HOST = 'rebound.evil.example';

type Carrier = 'none' | 'bearer' | 'basic' | 'key' | 'cookie' | 'elsewhere';

/** One way to come. `scope` is null for a credential that is none, or no longer. */
interface Approach {
  readonly name: string;
  readonly carrier: Carrier;
  readonly scope: TokenScope | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

let lab: AppLab;
let routes: readonly MountedRoute[];
let approaches: readonly Approach[];
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

function bearing(name: string, secret: string, scope: TokenScope | null): Approach {
  const headers = { authorization: `Bearer ${secret}` };
  return { name: `${name}, bearer`, carrier: 'bearer', scope, headers, query: {} };
}

/** The same secret in the other places where senders put it. */
function elsewhere(name: string, secret: string, scope: TokenScope | null): Approach[] {
  const none = { headers: {}, query: {}, scope };
  const authorization = `Basic ${Buffer.from(`any:${secret}`).toString('base64')}`;
  return [
    { ...none, name: `${name}, basic`, carrier: 'basic', headers: { authorization } },
    {
      ...none,
      name: `${name}, scheme`,
      carrier: 'key',
      headers: { authorization: `Key ${secret}` },
    },
    { ...none, name: `${name}, query`, carrier: 'elsewhere', query: { token: secret } },
    { ...none, name: `${name}, key`, carrier: 'elsewhere', headers: { 'x-gotify-key': secret } },
  ];
}

/** From a page of another origin, and by a name that is not ours. */
const FOREIGN = [
  ['another origin', { origin: FOREIGN_ORIGIN }],
  ['an opaque origin', { origin: 'null' }],
  ['a rebound name and its origin', { host: FOREIGN_HOST, origin: `http://${FOREIGN_HOST}` }],
] as const;

beforeAll(async () => {
  ({ server: lab, routes } = await withMountedRoutes(() => AppLab.start()));
  const tokenOf = async (name: string, scope: TokenScope) =>
    lab.call<{ id: string; token: string }>('tokens.create', { name, scope });
  const revoked = await tokenOf('revoked', 'admin');
  await lab.call('tokens.delete', { id: revoked.id });
  const cookie = await lab.cookie();
  const signedOut = await lab.cookie('signed out');
  await request('DELETE', '/api/v1/session', { cookie: signedOut });
  const held = await Promise.all(
    tokenScope.options.map(async (scope) =>
      bearing(`${scope} token`, (await tokenOf(scope, scope)).token, scope),
    ),
  );
  const readToken = (await tokenOf('elsewhere', 'read')).token;
  const bare = { headers: {}, query: {} };
  const plain: Approach[] = [
    { ...bare, name: 'nothing', carrier: 'none', scope: null },
    bearing('unknown token', UNKNOWN_SECRET, null),
    ...elsewhere('unknown token', UNKNOWN_SECRET, null),
    bearing('revoked token', revoked.token, null),
    ...held,
    ...elsewhere('read token', readToken, 'read'),
    bearing('the admin token', ADMIN_TOKEN, 'admin'),
    ...elsewhere('the admin token', ADMIN_TOKEN, 'admin'),
    { ...bare, name: 'session', carrier: 'cookie', scope: 'admin', headers: { cookie } },
    {
      ...bare,
      name: 'ended session',
      carrier: 'cookie',
      scope: null,
      headers: { cookie: signedOut },
    },
  ];
  const fromAbroad = plain.filter(({ name }) =>
    /^(nothing|session|the admin token, (bearer|query))/.test(name),
  );
  approaches = [
    ...plain,
    ...FOREIGN.flatMap(([from, headers]) =>
      fromAbroad.map((approach) => ({
        ...approach,
        name: `${approach.name}, from ${from}`,
        headers: { ...approach.headers, ...headers },
      })),
    ),
  ];
});
afterAll(async () => {
  agent.destroy();
  await lab[Symbol.asyncDispose]();
});

/** A body that no route can read: whoever may come in learns that and changes nothing. */
const UNREADABLE = '{';

function request(verb: string, path: string, headers: Record<string, string>): Promise<number> {
  const hasBody = verb !== 'GET' && verb !== 'HEAD' && verb !== 'DELETE';
  const type = hasBody ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    httpRequest(`${lab.app.url}${path}`, { method: verb, agent, headers: { ...type, ...headers } })
      .once('error', reject)
      .once('response', (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      })
      .end(hasBody ? UNREADABLE : undefined);
  });
}

const addressOf = ({ path }: MountedRoute): string =>
  path
    .replace(/:id\b|:silenceID\b/g, ID)
    .replace(/:\w+(\(.*?\$\))?/g, 'named')
    .replace('*', 'nothing');

/** The token that the route finds in its address or in a header of its own senders. */
function foundElsewhere({ accepted, path }: MountedRoute, { headers, query }: Approach) {
  const params: Record<string, string> = Object.fromEntries(
    [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, 'named']),
  );
  return accepted?.token?.({ params, headers, query } as FastifyRequest) ?? null;
}

/** Returns true if the route looks at the credential: a header goes before what stands elsewhere. */
function isTaken(route: MountedRoute, approach: Approach): boolean {
  const { carrier, headers, query } = approach;
  const found = foundElsewhere(route, approach);
  if (carrier === 'elsewhere') return found === (query['token'] ?? headers['x-gotify-key']);
  if (carrier === 'bearer') return true;
  if (carrier === 'key') return route.accepted?.scheme === 'key';
  if (carrier === 'basic') return route.accepted?.basic === true;
  return carrier === 'cookie' && found === null && route.accepted?.cookie === true;
}

type Expected = 401 | 403 | 421 | 'let in';

function expectedOf(route: MountedRoute, approach: Approach): Expected {
  const { headers } = approach;
  const hasAuthorization = headers['authorization'] !== undefined;
  const isForeignPage =
    headers['origin'] !== undefined && headers['origin'] !== `http://${headers['host']}`;
  if (isForeignPage && !(route.relayed && hasAuthorization)) return 403;
  const provesItself =
    hasAuthorization ||
    SECRET_ADDRESS.test(route.path) ||
    route.accepted?.inBody === true ||
    foundElsewhere(route, approach) !== null;
  if (headers['host'] !== undefined && !provesItself) return 421;
  if (route.needed === null) return 'let in';
  if (approach.scope === null || !isTaken(route, approach)) return 401;
  return grants(approach.scope, route.needed) ? 'let in' : 403;
}

/** A credential that is none, as the services answer that have no 401. */
const REFUSED_AS: Readonly<Record<string, number>> = {
  '/services/:team/:bot/:token': 403,
  '/1/messages.json': 400,
  '/1/users/validate.json': 400,
};

/** An address that is none of ours is 404 and, after enough of them, 429; see test/transport/http/lockouts.test.ts. */
const shownAs = (status: number): Expected =>
  status === 401 || status === 403 || status === 421 ? status : 'let in';

const isOpen = ({ path }: MountedRoute) => OPEN.has(path) || SECRET_ADDRESS.test(path);

describe('every mounted route', () => {
  test('declares the scope of its method, when the contract has it', () => {
    for (const name of METHOD_NAMES) {
      const { scope, http } = METHODS[name];
      const found = routes.filter(({ verb, path }) => verb === http.verb && path === http.path);
      expect([name, found.map(({ needed }) => needed)]).toEqual([name, [scope]]);
    }
  });

  test('has a scope and credentials, is open on purpose, or does nothing', async () => {
    for (const route of routes) {
      const { verb, path, needed, accepted } = route;
      if (needed !== null || isOpen(route)) {
        expect([verb, path, accepted === null]).toEqual([verb, path, needed === null]);
        continue;
      }
      const status = await request(verb, addressOf(route), {
        authorization: `Bearer ${ADMIN_TOKEN}`,
      });
      expect([verb, path, status]).toEqual([verb, path, 405]);
    }
  });

  test('that takes events takes no cookie, which comes along unasked', () => {
    const ingest = routes.filter(({ needed }) => needed === 'ingest');
    expect(ingest.length).toBeGreaterThan(10);
    for (const { path, accepted } of ingest)
      expect([path, accepted?.cookie]).toEqual([path, false]);
  });

  test('that a page of another origin may relay to takes no cookie', () => {
    for (const { path, accepted } of routes.filter(({ relayed }) => relayed)) {
      expect([path, accepted?.cookie]).toEqual([path, false]);
    }
  });
});

test('who may come in, for every route and every credential', async () => {
  const wrong: string[] = [];
  const judge = async (route: MountedRoute, approach: Approach): Promise<void> => {
    const query = new URLSearchParams({ ...approach.query, hostile: '1' });
    const status = await request(route.verb, `${addressOf(route)}?${query}`, approach.headers);
    const expected = expectedOf(route, approach);
    const refused = expected === 401 ? (REFUSED_AS[route.path] ?? 401) : expected;
    const isAsExpected = refused === 400 ? status === 400 : shownAs(status) === refused;
    if (isAsExpected && status < 500) return;
    wrong.push(`${approach.name}: ${route.verb} ${route.path} is ${status}, not ${expected}`);
  };
  const isSignOut = ({ verb, path }: MountedRoute) => verb === 'DELETE' && path === SESSION_PATH;
  const working = routes.filter((route) => route.needed !== null || isOpen(route));
  expect(working.length).toBeGreaterThan(METHOD_NAMES.length);
  for (const approach of approaches) {
    const others = working.filter((route) => !isSignOut(route));
    await Promise.all(others.map((route) => judge(route, approach)));
    for (const signOut of working.filter(isSignOut)) await judge(signOut, approach);
  }
  expect(wrong).toEqual([]);
});

test('every method × every scope behind every transport, by the dispatch alone', async () => {
  const called: string[] = [];
  const handlers = Object.fromEntries(
    METHOD_NAMES.map((name) => [name, () => (called.push(name), ok({}))]),
  ) as unknown as Handlers;
  const dispatch = createDispatch(handlers);
  for (const name of METHOD_NAMES) {
    for (const scope of tokenScope.options) {
      const result = await dispatch(name, null, { actor: 'test', scope, source: null });
      const isRefused = !result.ok && result.error.code === 'forbidden';
      expect([name, scope, isRefused]).toEqual([name, scope, !grants(scope, METHODS[name].scope)]);
    }
  }
  expect(called).toEqual([]);
});
