import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METHODS, METHOD_NAMES } from '../../../main/contract/methods.ts';
import { expectFailure } from './failure-shape.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

describe('routes', () => {
  test('every method of the contract has its route', async () => {
    for (const name of METHOD_NAMES) {
      const { verb, path } = METHODS[name].http;
      const answer = await host.send(path.replace(':id', ID), { method: verb });
      expect(`${name} ${answer.status}`).toBe(`${name} 401`);
    }
  });

  test('a query becomes the input of a GET', async () => {
    const answer = await host.call('GET', '/api/v1/alerts?state=open,acknowledged&limit=7&q=disk');
    expect(answer.status).toBe(200);
    expect(host.asked.at(-1)).toMatchObject({
      name: 'alerts.list',
      input: { state: ['open', 'acknowledged'], limit: 7, q: 'disk' },
      caller: { actor: 'admin token', scope: 'admin' },
    });
  });

  test('the id in the path wins over one in the body', async () => {
    const other = { id: '0199b9c8-5d2e-7c3a-8f00-ffffffffffff' };
    const answer = await host.call(
      'POST',
      `/api/v1/notifications/${ID}/requeue`,
      ADMIN_TOKEN,
      other,
    );
    expect(answer.json).toEqual({ status: 'requeued' });
    expect(host.asked.at(-1)?.input).toEqual({ id: ID });
  });

  test('a POST without any body counts as an empty object', async () => {
    expect((await host.call('POST', `/api/v1/notifications/${ID}/requeue`)).status).toBe(200);
    const typed = await host.send(`/api/v1/notifications/${ID}/requeue`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    });
    expect(typed.status).toBe(200);
  });

  test.for([
    ['an object', { host: 'nas', kind: 'k', status: 'firing' }],
    ['an array', [{ host: 'nas', kind: 'k', status: 'firing' }, 5]],
  ] as const)('events come as %s', async ([, body]) => {
    const answer = await host.call('POST', '/api/v1/events', ADMIN_TOKEN, body);
    expect(answer.status).toBe(200);
    expect(host.asked.at(-1)).toMatchObject({ name: 'events.ingest', input: body });
  });

  test('a method answers with its own success status', async () => {
    const body = { name: 'created', scope: 'read' };
    const answer = await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, body);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ token: expect.stringMatching(/^bf_[\w-]{43}$/) as string });
  });
});

describe('open routes', () => {
  test('healthz and readyz', async () => {
    expect((await host.send('/healthz')).status).toBe(200);
    expect((await host.send('/readyz')).status).toBe(200);
    host.ready = false;
    const answer = await host.send('/readyz');
    host.ready = true;
    expectFailure(answer, 'unavailable');
  });

  test('the OpenAPI document names every method once', async () => {
    const { json } = await host.send('/api/v1/openapi.json');
    const { openapi, paths } = json as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    expect(openapi).toBe('3.1.0');
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(
      [...METHOD_NAMES].sort(),
    );
    expect(paths['/api/v1/notifications/{id}/requeue']?.['post']).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true }],
      responses: { 200: {}, 400: {}, 401: {}, 404: {}, 409: {} },
    });
    expect(JSON.stringify(paths['/api/v1/events'])).toContain('dedupKey');
  });
});
