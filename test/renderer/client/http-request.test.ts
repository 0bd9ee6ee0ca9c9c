import { describe, expect, it } from 'vitest';
import { httpRequest } from '../../../main/contract/http-request.ts';
import { METHODS, METHOD_NAMES } from '../../../main/contract/methods.ts';
import { uuid } from '../support/samples.ts';

describe('httpRequest', () => {
  it.each(METHOD_NAMES)('fills every path part of %s', (name) => {
    const { verb, path } = httpRequest(name, { id: uuid(7) });
    expect(verb).toBe(METHODS[name].http.verb);
    expect(path).not.toContain(':');
    expect(path).toBe(METHODS[name].http.path.replace(':id', uuid(7)) + queryOf(name));
  });

  it('puts what is left of a GET into the query, lists with commas', () => {
    const input = { state: ['open', 'acknowledged'], q: 'a b&c', limit: 10, cursor: undefined };
    expect(httpRequest('alerts.list', input)).toEqual({
      verb: 'GET',
      path: '/api/v1/alerts?state=open%2Cacknowledged&q=a+b%26c&limit=10',
      body: null,
    });
  });

  it('puts what is left of other verbs into the body, without the path parts', () => {
    const { path, body } = httpRequest('channels.update', {
      id: uuid(1),
      name: 'x',
      enabled: false,
    });
    expect(path).toBe(`/api/v1/channels/${uuid(1)}`);
    expect(JSON.parse(body ?? '')).toEqual({ name: 'x', enabled: false });
  });

  it('sends an array as it is', () => {
    const events = [{ host: 'nas' }, { host: 'pi' }];
    expect(JSON.parse(httpRequest('events.ingest', events).body ?? '')).toEqual(events);
  });

  it('keeps a hostile id inside its path part', () => {
    expect(httpRequest('alerts.get', { id: '../x?y#z' }).path).toBe(
      '/api/v1/alerts/..%2Fx%3Fy%23z',
    );
  });
});

/** A method without `:id` in its path carries the id in the query or body instead. */
function queryOf(name: (typeof METHOD_NAMES)[number]): string {
  const { path, verb } = METHODS[name].http;
  const inQuery = (verb === 'GET' || verb === 'DELETE') && !path.includes(':id');
  return inQuery ? `?id=${uuid(7)}` : '';
}
