import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

let host: StubbedHost;
beforeAll(async () => {
  host = await new StubbedHost().start();
});
afterAll(() => host.stop());

describe('starting and stopping', () => {
  test('a port in use is reported in words', async () => {
    const second = new StubbedHost(undefined, Number(new URL(host.url).port));
    await expect(second.start()).rejects.toThrow(/Port \d+ on 127\.0\.0\.1 is already in use/);
    await second.stop();
  });

  test('an address of another machine is reported in words', async () => {
    const second = new StubbedHost(undefined, 0, '203.0.113.7');
    await expect(second.start()).rejects.toThrow('203.0.113.7 is not an address of this machine');
    await second.stop();
  });

  test('stop waits for a request in flight, then closes its kept-alive connection', async () => {
    const own = await new StubbedHost().start();
    const open = Promise.withResolvers<undefined>();
    own.gate = open.promise;
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    const body = '{"host":"nas"}';
    socket.write(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => own.asked.length).toBe(1);
    const stopped = own.stop();
    open.resolve(undefined);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    await stopped;
    await expect(
      once(connect(Number(new URL(own.url).port), '127.0.0.1'), 'connect'),
    ).rejects.toThrow('ECONNREFUSED');
  });

  test('stop waits ten seconds at most for a sender that never finishes', async () => {
    const clock = new FakeClock();
    const own = await new StubbedHost(clock).start();
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    // A separate exchange: by its end the server has begun to read the other one.
    await own.send('/healthz');
    const cut = once(socket, 'close');
    const stopped = own.stop();
    clock.advance(10_000);
    await Promise.all([stopped, cut]);
  });

  test('stop and start are safe to call twice', async () => {
    const own = await new StubbedHost().start();
    await own.start();
    await Promise.all([own.stopServer(), own.stopServer()]);
    await own.stop();
  });
});
