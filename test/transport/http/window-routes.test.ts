import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASSET, StubbedHost } from './fixture.ts';

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

describe('the window', () => {
  test('is served with a strict policy and never cached as a page', async () => {
    const answer = await host.send('/');
    expect(answer.text).toContain('<title>Belfry</title>');
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  test('its hashed assets may be kept for ever', async () => {
    const answer = await host.send('/assets/index-abc123.js');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.for([
    ['gzip, deflate', 'gzip'],
    ['br;q=1, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['br', undefined],
    ['', undefined],
  ])('its files are compressed for who accepts %j', async ([accepted, encoding]) => {
    const headers = { 'accept-encoding': accepted ?? '' };
    const answer = await fetch(`${host.url}/assets/index-abc123.js`, { headers });
    expect(answer.headers.get('content-encoding') ?? undefined).toBe(encoding);
    expect(answer.headers.get('vary')).toBe('accept-encoding');
    expect(await answer.text()).toBe(ASSET);
    const small = await host.send('/', { headers });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  test('comes with the third-party notices, as plain text', async () => {
    const answer = await host.send('/THIRD-PARTY-NOTICES.txt');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.text).toContain('zod 4.0.0');
  });

  test('an unchanged page is not sent again', async () => {
    const { headers } = await host.send('/');
    const again = await host.send('/', { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  test.for(['/../outside.js', '/%2e%2e/outside.js', '/..%2foutside.js', '//outside.js'])(
    'nothing outside of it is reachable: %s',
    async (path) => {
      const answer = await host.send('', { path });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain('secret');
    },
  );
});
