import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN } from './fixture.ts';
import { announced, MIB, PeerLab, type Peer } from './peer-lab.ts';

let lab: PeerLab;
afterEach(() => lab.stop());

describe('requests that never begin or end', () => {
  test('a connection that says nothing is closed after ten seconds', async () => {
    lab = await PeerLab.start();
    const silent = await lab.peer();
    lab.clock.advance(9_000);
    await lab.settled();
    expect(silent.isOpen).toBe(true);
    lab.clock.advance(1_000);
    await silent.gone();
    expect(silent.received).toBe('');
  });

  test.each(['GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', 'G'])(
    'headers that stop at "%s" are 408 after ten seconds',
    async (head) => {
      lab = await PeerLab.start();
      const slow = await lab.peer(head);
      lab.clock.advance(9_000);
      await lab.settled();
      expect(slow.isOpen).toBe(true);
      lab.clock.advance(1_000);
      await slow.gone();
      expect(slow.received).toMatch(/^HTTP\/1\.1 408 /);
    },
  );

  test('the headers of a second request have ten seconds as well', async () => {
    lab = await PeerLab.start();
    const slow = await lab.peer('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => slow.received.includes('HTTP/1.1 200'), 'the first answer');
    await lab.settled();
    for (let second = 0; second < 60; second += 1) lab.clock.advance(1_000);
    await lab.settled();
    expect(slow.isOpen).toBe(true);
    slow.socket.write('GET /healthz HTTP/1.1\r\nX-Slow: ');
    await lab.settled();
    lab.clock.advance(10_000);
    await lab.settled();
    expect(slow.isOpen).toBe(true);
    lab.clock.advance(1_000);
    await slow.gone();
    expect(slow.received).toContain('HTTP/1.1 408 ');
  });

  test('a peer that does not close after our last answer is cut off', async () => {
    lab = await PeerLab.start();
    const garbage = await lab.peer('\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001');
    await garbage.gone();
    expect(garbage.received).toMatch(/^HTTP\/1\.1 400 /);
    expect(lab.clock.nextTimerMs()).not.toBeNull();
    lab.clock.advance(2_000);
    await lab.nobodyIsConnected();
  });

  test('a refused upgrade is cut off, too', async () => {
    lab = await PeerLab.start();
    const refused = await lab.peer(
      'GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await refused.gone();
    expect(refused.received).toMatch(/^HTTP\/1\.1 401 /);
    lab.clock.advance(2_000);
    await lab.nobodyIsConnected();
  });

  test('stopping does not wait for them', async () => {
    lab = await PeerLab.start();
    const silent = await lab.peer();
    const slow = await lab.peer('GET /healthz HTTP/1.1\r\n');
    await lab.host.stopServer();
    await silent.gone();
    await slow.gone();
  });

  test('no timer runs without a connection', async () => {
    lab = await PeerLab.start();
    const silent = await lab.peer();
    expect(lab.clock.nextTimerMs()).not.toBeNull();
    silent.socket.destroy();
    await lab.nobodyIsConnected();
  });
});

describe('more connections than there may be', () => {
  const LIMITS = { connectionsMax: 20 };
  const keptAlive = async (): Promise<Peer> => {
    const sender = await lab.peer(
      `GET /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
    );
    await until(() => sender.received.includes('HTTP/1.1 200'), 'the answer');
    return sender;
  };

  test('idle ones make room, the oldest first', async () => {
    lab = await PeerLab.start(LIMITS);
    const idle: Peer[] = [];
    for (let n = 0; n < 20; n += 1) {
      const one = lab.dial();
      await once(one.socket, 'connect');
      idle.push(one);
    }
    expect(await lab.report()).toBe(200);
    await idle[0]?.gone();
    expect(idle.slice(1).filter(({ isOpen }) => isOpen)).toHaveLength(19);
  });

  test('a hundred idle ones, again and again, keep nobody out', async () => {
    lab = await PeerLab.start(LIMITS);
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 100; n += 1) lab.dial();
      expect(await lab.report()).toBe(200);
    }
    expect(lab.host.logged).toEqual([
      { level: 'warn', message: 'too many connections: idle ones make room' },
    ]);
  });

  test('a sender that showed its token keeps its connection', async () => {
    lab = await PeerLab.start(LIMITS);
    const sender = await keptAlive();
    for (let n = 0; n < 60; n += 1) await once(lab.dial().socket, 'connect');
    expect(await lab.report()).toBe(200);
    expect(sender.isOpen).toBe(true);
  });

  test('bodies that do not end make room, also of senders with a token', async () => {
    lab = await PeerLab.start(LIMITS);
    for (let n = 0; n < 20; n += 1) await lab.peer(`${announced(MIB)}[`);
    expect(await lab.report()).toBe(200);
  });

  test('what waits for its commit is never closed for it', async () => {
    lab = await PeerLab.start({ connectionsMax: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    lab.host.gate = promise;
    const waiting = [lab.report(), lab.report()];
    await until(() => lab.host.asked.length === 2, 'both wait');
    await lab.dial().gone();
    resolve();
    expect(await Promise.all(waiting)).toEqual([200, 200]);
  });
});

describe('answers that nobody reads', () => {
  const SIZE = 24 * MIB;

  test('are given up, and whoever reads slowly gets all of it', async () => {
    lab = new PeerLab();
    writeFileSync(join(lab.host.dataDir, 'renderer', 'assets', 'large.js'), 'x'.repeat(SIZE));
    await lab.host.start();
    const ask = 'GET /assets/large.js HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const deaf = lab.dial();
    deaf.socket.pause();
    deaf.socket.write(ask);
    const reader = await lab.peer(ask);
    await until(() => reader.received.length > SIZE, 'all of it');
    reader.socket.destroy();
    await lab.settled();
    for (let minute = 0; minute < 60; minute += 1) lab.clock.advance(60_000);
    await lab.nobodyIsConnected();
    deaf.socket.resume();
    await deaf.gone();
    expect(deaf.received.length).toBeLessThan(SIZE);
  });

  test('do not keep others from theirs when they are pipelined by the thousand', async () => {
    lab = await PeerLab.start();
    const flood = lab.dial();
    flood.socket.pause();
    flood.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20_000));
    expect(await lab.report()).toBe(200);
  });
});
