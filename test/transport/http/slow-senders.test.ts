import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN } from './fixture.ts';
import { announced, EVENT, MIB, PeerLab, postHead, type Peer } from './peer-lab.ts';

let lab: PeerLab;
afterEach(() => lab.stop());

describe('bodies that arrive slowly', () => {
  test('64 senders that announce 1 MiB and send a byte keep nobody out', async () => {
    lab = await PeerLab.start();
    for (let n = 0; n < 64; n += 1) await lab.peer(`${announced(MIB)}[`);
    expect(await lab.report()).toBe(200);
  });

  test('a thousand of them do not either', async () => {
    lab = await PeerLab.start();
    for (let n = 0; n < 1_000; n += 1) lab.dial(`${announced(MIB)}[`);
    await lab.settled();
    expect(await lab.report()).toBe(200);
  });

  test.each([
    ['announced', announced(MIB), '['],
    ['chunked', postHead('Transfer-Encoding: chunked'), '1\r\n[\r\n'],
  ])('%s, with a byte every three seconds, are 408 after ten', async (_name, head, byte) => {
    lab = await PeerLab.start();
    const slow = await lab.peer(head);
    for (let seconds = 0; seconds < 9; seconds += 3) {
      slow.socket.write(byte);
      await lab.settled();
      lab.clock.advance(3_000);
    }
    await lab.settled();
    expect(slow.isOpen).toBe(true);
    lab.clock.advance(1_000);
    await slow.gone();
    expect(slow.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(slow.received).toContain('"code":"invalid_input"');
  });

  test('a body that keeps arriving has thirty seconds, to the second', async () => {
    lab = await PeerLab.start();
    const steady = await lab.peer(announced(MIB));
    for (let second = 0; second < 29; second += 1) {
      steady.socket.write(' '.repeat(1_024));
      await lab.settled();
      lab.clock.advance(1_000);
    }
    await lab.settled();
    expect(steady.isOpen).toBe(true);
    lab.clock.advance(1_000);
    await steady.gone();
    expect(steady.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a body that takes a while arrives', async () => {
    lab = await PeerLab.start();
    const body = JSON.stringify(EVENT);
    const sender = await lab.peer(announced(body.length) + body.slice(0, 10));
    lab.clock.advance(9_000);
    sender.socket.write(body.slice(10));
    await until(() => sender.received.includes('"accepted":1'), 'the answer');
    expect(sender.received).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a refused body that is never sent to its end is cut off', async () => {
    lab = await PeerLab.start();
    const stranger = await lab.peer(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${MIB}\r\n\r\n[`,
    );
    await until(() => stranger.received.includes('unauthenticated'), 'the refusal');
    lab.clock.advance(10_000);
    await stranger.gone();
    expect(stranger.received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  test('a connection goes on after a refused body that arrived late', async () => {
    lab = await PeerLab.start();
    const sender = await lab.peer(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n[`,
    );
    await until(() => sender.received.includes('unauthenticated'), 'the refusal');
    sender.socket.write('   ');
    await lab.settled();
    for (let second = 0; second < 20; second += 1) lab.clock.advance(1_000);
    expect(sender.isOpen).toBe(true);
    sender.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => sender.received.includes('HTTP/1.1 200'), 'the second answer');
  });
});

describe('the memory of bodies', () => {
  const LIMITS = { bodyBytesHeldMax: 64 * 1_024 };
  const half = (): Promise<Peer> => lab.peer(announced(MIB) + ' '.repeat(20 * 1_024));

  test('is given to whoever comes while others stall', async () => {
    lab = await PeerLab.start(LIMITS);
    const stalled = [await half(), await half(), await half()];
    lab.clock.advance(1_000);
    const body = JSON.stringify(EVENT) + ' '.repeat(20 * 1_024);
    const sender = await lab.peer(announced(body.length) + body);
    await until(() => sender.received.includes('"accepted":1'), 'the answer');
    await stalled[0]?.gone();
    expect(stalled[0]?.received).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1\r\n/);
    expect(stalled.slice(1).every(({ isOpen }) => isOpen)).toBe(true);
  });

  test('is refused while all of it is taken by what has just come', async () => {
    lab = await PeerLab.start(LIMITS);
    await half();
    await half();
    await half();
    const late = await half();
    await late.gone();
    expect(late.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(await lab.report()).toBe(200);
  });

  test('is free again once the answer is out or the sender is gone', async () => {
    lab = await PeerLab.start(LIMITS);
    const left = [await half(), await half(), await half()];
    for (const { socket } of left) socket.destroy();
    await lab.settled();
    for (let n = 0; n < 8; n += 1) {
      const body = JSON.stringify(EVENT) + ' '.repeat(40 * 1_024);
      const answer = await lab.host.send('/api/v1/events', {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(200);
    }
  });

  test('is not spent by a chunked body without end', async () => {
    lab = await PeerLab.start(LIMITS);
    const endless = await lab.peer(postHead('Transfer-Encoding: chunked'));
    for (let n = 0; n < 40; n += 1) endless.socket.write(`1000\r\n${' '.repeat(4_096)}\r\n`);
    await endless.gone();
    expect(endless.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(await lab.report()).toBe(200);
  });
});
