import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { queuedFor, routeTo } from './routed.ts';

const MINUTE_MS = 60_000;
const QUICK = { ...EXACT, baseMs: 100, maxAttempts: 10 };

describe('a channel that is down and has a fallback', () => {
  test('lets nothing wait but what probes: it dies at once, and is sent elsewhere in order', async () => {
    await using receiver = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const b = await fixture.addChannel(second.url, EXACT, { name: 'b' });
    const a = await fixture.addChannel(receiver.url, QUICK, { name: 'a', fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.raiseMany(5);
    await fixture.quiet();
    expect(fixture.channel(a).health.state).toBe('down');
    const tried = receiver.received.length;
    await fixture.core.alerts.ingest([firing({ dedupKey: 'late' })]);
    await fixture.quiet();
    await fixture.core.alerts.ingest([resolved({ dedupKey: 'late' })]);
    await fixture.quiet();
    expect(receiver.received).toHaveLength(tried);
    expect(second.webhooks().map(({ type }) => type)).toEqual(['alert.raised', 'alert.resolved']);
    expect(fixture.detail(5)).toMatchObject({
      status: 'dead',
      lastErrorClass: 'channel_down',
      lastError: expect.stringContaining('Left to the fallback') as string,
      retryCount: 0,
      attempts: [],
    });
  });

  test('lets go what waits already, once it is given one', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 50 });
    await routeTo(fixture, a);
    await fixture.raiseMany(40);
    await fixture.quiet();
    expect(queuedFor(fixture, b)).toEqual([]);
    const waited = queuedFor(fixture, a).filter((word) => word === 'raised pending');
    await fixture.core.channels.collection.update({ id: a, fallbackChannelId: b }, 'test');
    await fixture.quiet();
    expect(queuedFor(fixture, a)).not.toContain('raised pending');
    expect(waited.length).toBeGreaterThan(0);
    expect(queuedFor(fixture, b)).toEqual(waited.map(() => 'raised sent'));
  });

  test('still lets a test through', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const b = await fixture.addDesktop();
    const limit = { count: 20, perMs: MINUTE_MS };
    const over = { fallbackChannelId: b, rateLimit: limit };
    const a = await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 50 }, over);
    await routeTo(fixture, a);
    await fixture.raiseMany(20);
    await fixture.quiet();
    receiver.respond = status(204);
    for (let n = 0; n < 20; n++) await fixture.core.notifications.test(a, 'test');
    await fixture.pass(5 * MINUTE_MS);
    expect(queuedFor(fixture, a).filter((word) => word.startsWith('test'))).toEqual(
      Array.from({ length: 20 }, () => 'test sent'),
    );
  });
});

describe('a fallback', () => {
  test('must exist, be another channel, and lead nowhere back', async () => {
    await using fixture = await CoreFixture.start();
    const { channels } = fixture.core;
    const c = await fixture.addDesktop({ name: 'c' });
    const b = await fixture.addDesktop({ name: 'b', fallbackChannelId: c });
    const a = await fixture.addDesktop({ name: 'a', fallbackChannelId: b });
    const refused = async (id: string, fallbackChannelId: string) => {
      const result = await channels.collection.update({ id, fallbackChannelId }, 'test');
      return result.ok ? 'ok' : `${result.error.code} ${result.error.message}`;
    };
    expect(await refused(a, a)).toBe(
      'invalid_input fallbackChannelId: a channel cannot be its own fallback.',
    );
    expect(await refused(c, a)).toBe(
      'invalid_input fallbackChannelId: it would form a loop: a → b → c.',
    );
    expect(await refused(b, a)).toContain('a → b');
    expect(await refused(a, '01890000-0000-7000-8000-000000000000')).toBe(
      'invalid_input fallbackChannelId: there is no channel with this id.',
    );
    expect(await refused(a, c)).toBe('ok');
    await channels.collection.update({ id: a, fallbackChannelId: null }, 'test');
    expect(fixture.channel(a).fallbackChannelId).toBeNull();
    expect(fixture.channel(b).fallbackChannelId).toBe(c);
  });

  test('that is deleted is nobody’s any more', async () => {
    await using fixture = await CoreFixture.start();
    const b = await fixture.addDesktop({ name: 'b' });
    const a = await fixture.addDesktop({ name: 'a', fallbackChannelId: b });
    await fixture.core.channelDeletion.delete({ id: b, detach: true }, 'test');
    expect(fixture.channel(a).fallbackChannelId).toBeNull();
    await fixture.restart();
    expect(fixture.channel(a).fallbackChannelId).toBeNull();
  });
});
