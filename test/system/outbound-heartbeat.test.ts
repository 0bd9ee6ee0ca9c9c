import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { METHODS } from '../../main/contract/methods.ts';
import { holdWriteLock } from '../support/sick-disk.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;

let watcher: HttpReceiver;
let receiver: HttpReceiver;
let fixture: CoreFixture;
beforeEach(async () => {
  watcher = await HttpReceiver.start();
  receiver = await HttpReceiver.start();
  fixture = await CoreFixture.start();
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await watcher[Symbol.asyncDispose]();
});

const SECRET = '3f0c2c5a-secret';
const address = () => `${watcher.url}/ping/${SECRET}?status=up`;
const heartbeat = () => fixture.core.outboundHeartbeat;
const calls = (): number => watcher.received.length;

const configure = async (patch: { url?: string | null; everyMinutes?: number }): Promise<void> => {
  const saved = await fixture.core.settings.update({ outboundHeartbeat: patch }, 'test');
  expect(saved).toMatchObject({ ok: true });
};

const callsBecome = (count: number): Promise<void> =>
  until(() => calls() >= count, `${count} calls were made`);

/** Calls are made one after the other, each at its minute. */
async function passMinutes(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await fixture.pass(MINUTE_MS);
    await fixture.quiet();
  }
}

test('nothing is called until an address is set', async () => {
  await passMinutes(20);
  expect(calls()).toBe(0);
  expect(heartbeat().status()).toMatchObject({ enabled: false, withheld: [] });
});

test('the address is called at once and then at its interval', async () => {
  await configure({ url: address() });
  await callsBecome(1);
  expect(watcher.received[0]).toMatchObject({ method: 'GET' });
  expect(watcher.received[0]?.path).toBe(`/ping/${SECRET}?status=up`);
  await passMinutes(10);
  expect(calls()).toBe(3);
  await configure({ everyMinutes: 1 });
  await callsBecome(4);
  await passMinutes(3);
  expect(calls()).toBe(7);
  expect(heartbeat().status().lastAcceptedAt).not.toBeNull();
  await configure({ url: null });
  await passMinutes(5);
  expect(calls()).toBe(7);
});

test('its metric is 1 while it is accepted, 0 while it fails, and missing without an address', async () => {
  const up = async () => (await fixture.core.metrics.json()).gauge['belfry_outbound_heartbeat_up'];
  expect(await up()).toBeUndefined();
  await configure({ url: address() });
  await until(() => heartbeat().status().lastAcceptedAt !== null, 'it was accepted');
  expect(await up()).toBe(1);
  watcher.respond = status(503);
  await heartbeat().test();
  expect(await up()).toBe(0);
  await configure({ url: null });
  expect(await up()).toBeUndefined();
});

test('it goes on after a restart', async () => {
  await configure({ url: address() });
  await callsBecome(1);
  await fixture.restart();
  await callsBecome(2);
});

test('what is secret of the address is shown nowhere', async () => {
  await configure({ url: address() });
  await callsBecome(1);
  watcher.respond = status(404, {}, `no ${SECRET}`);
  await heartbeat().test();
  expect(heartbeat().status().problem).toContain('404');
  const seen = [
    fixture.core.settings.current(),
    heartbeat().status(),
    fixture.log,
    await fixture.core.exchange.export({}, 'test'),
    fixture.db.all('SELECT * FROM settings'),
    fixture.db.all('SELECT * FROM audit_log'),
  ];
  expect(JSON.stringify(seen)).not.toContain(SECRET);
  expect(fixture.core.settings.current().outboundHeartbeat.target).toBe(`${watcher.url}/…`);
});

test.each(['http://169.254.169.254/latest', 'http://[fe80::1]/', 'http://100.100.100.200/x'])(
  '%s is refused when it is saved',
  async (url) => {
    const saved = await fixture.core.settings.update({ outboundHeartbeat: { url } }, 'test');
    expect(saved).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(JSON.stringify(saved)).toContain('outboundHeartbeat.url: is a link-local');
    expect(heartbeat().status().enabled).toBe(false);
  },
);

describe('a call that fails', () => {
  test('is repeated soon, with growing waits, and is shown', async () => {
    await configure({ url: address() });
    await callsBecome(1);
    await fixture.quiet();
    watcher.respond = status(503);
    await passMinutes(5);
    const failed = calls();
    const { failingSince, problem } = heartbeat().status();
    expect(problem).toContain('503');
    await fixture.pass(MINUTE_MS / 2);
    await callsBecome(failed + 1);
    await fixture.pass(MINUTE_MS);
    await callsBecome(failed + 2);
    await fixture.quiet();
    expect(heartbeat().status().failingSince).toBe(failingSince);
    watcher.respond = status(200);
    await passMinutes(2);
    expect(heartbeat().status()).toMatchObject({ failingSince: null, problem: null });
  });

  test('by a redirect is not followed', async () => {
    watcher.respond = status(302, { location: receiver.url });
    await configure({ url: address() });
    await until(() => heartbeat().status().problem !== null, 'it failed');
    expect(receiver.received).toEqual([]);
  });

  test('without an answer ends at its time limit, and no second one begins meanwhile', async () => {
    watcher.respond = silence;
    await configure({ url: address() });
    await callsBecome(1);
    fixture.clock.advance(9_000);
    await new Promise(setImmediate);
    expect(calls()).toBe(1);
    fixture.clock.advance(1_000);
    await until(() => heartbeat().status().problem !== null, 'it failed');
    expect(calls()).toBe(1);
  });
});

test('a stop cuts off a call that has no answer', async () => {
  watcher.respond = silence;
  await configure({ url: address() });
  await callsBecome(1);
  await heartbeat().stop();
  expect(heartbeat().nextDueAt()).toBeNull();
});

describe('it is withheld', () => {
  test('while nothing can be written, with the reason and since when', async () => {
    await configure({ url: address() });
    await callsBecome(1);
    await fixture.quiet();
    {
      using _lock = holdWriteLock(fixture.dir);
      fixture.clock.advance(5 * MINUTE_MS);
      for (let step = 0; step < 20; step++) {
        fixture.clock.advance(400);
        await new Promise(setImmediate);
      }
      await until(() => heartbeat().status().withheld.length > 0, 'it is withheld');
      expect(heartbeat().status()).toMatchObject({ withheld: [{ code: 'storage' }] });
      expect(heartbeat().status().withheldSince).not.toBeNull();
      expect(calls()).toBe(1);
    }
    for (let step = 0; step < 40 && calls() < 2; step++) {
      fixture.clock.advance(1_000);
      await new Promise(setImmediate);
    }
    await callsBecome(2);
    expect(heartbeat().status()).toMatchObject({ withheld: [], withheldSince: null });
  });

  test('while a channel is down, until it is up again', async () => {
    const id = await fixture.addChannel(receiver.url, EXACT);
    await configure({ url: address() });
    await callsBecome(1);
    receiver.respond = status(503);
    for (const kind of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await fixture.core.alerts.ingest([firing({ kind })]);
      await fixture.quiet();
    }
    await passMinutes(2);
    expect(fixture.core.channels.get(id)?.health.state).not.toBe('closed');
    const before = calls();
    expect(heartbeat().status()).toMatchObject({
      withheld: [
        { code: 'channel_down', channelId: id, reason: { code: 'withheld.channel_down' } },
      ],
    });
    expect(await heartbeat().test()).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
    await passMinutes(10);
    expect(calls()).toBe(before);
    receiver.respond = status(200);
    for (let minute = 0; minute < 60 && calls() === before; minute++) await passMinutes(1);
    expect(calls()).toBeGreaterThan(before);
    expect(heartbeat().status()).toMatchObject({ withheld: [], withheldSince: null });
  });

  test('while a channel needs attention, unless no route leads to it', async () => {
    receiver.respond = status(401);
    const broken = await fixture.addChannel(receiver.url, EXACT);
    await configure({ url: address() });
    await callsBecome(1);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(heartbeat().status()).toMatchObject({
      withheld: [{ code: 'channel_attention', channelId: broken }],
    });
    const other = await fixture.addDesktop();
    const before = calls();
    await fixture.core.routes.collection.create(routeTo(other), 'test');
    await callsBecome(before + 1);
    expect(heartbeat().status()).toMatchObject({ withheld: [], withheldSince: null });
  });
});

const routeTo = (channelId: string) => ({
  name: 'all',
  enabled: true,
  matchers: [],
  minSeverity: 'info' as const,
  channelIds: [channelId],
  continue: false,
  holdForMs: 0,
  resolvedForMs: 0,
  group: null,
  reminder: null,
  escalation: [],
});

test('a file has the address sealed, and an import brings it back', async () => {
  await configure({ url: address(), everyMinutes: 7 });
  const passphrase = 'correct horse battery staple';
  const exported = await fixture.core.exchange.export({ passphrase }, 'test');
  if (!exported.ok) throw new Error(exported.error.message);
  const { yaml } = exported.value;
  expect(yaml).not.toContain(SECRET);
  await configure({ url: null, everyMinutes: 9 });
  const input = { yaml, mode: 'merge', passphrase } as const;
  const preview = await fixture.core.exchange.preview(input, 'test');
  if (!preview.ok) throw new Error(preview.error.message);
  const wanted = METHODS['config.apply'].input.parse({ ...input, expect: preview.value.hash });
  expect(await fixture.core.exchange.apply(wanted, 'test')).toMatchObject({ ok: true });
  expect(fixture.core.settings.heartbeatUrl()).toEqual({ ok: true, value: address() });
  expect(fixture.core.settings.current().outboundHeartbeat.everyMinutes).toBe(7);
});
