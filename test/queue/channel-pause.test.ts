import { describe, expect, test } from 'vitest';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { momentText } from '../support/sentences.ts';
import { routeTo } from './routed.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function pause(fixture: CoreFixture, id: string, how: { durationMs?: number } = {}) {
  const result = await fixture.core.channelPauses.pause({ id, ...how }, 'ann');
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('a paused channel', () => {
  test('is queued for and sends nothing until it is resumed; then it sends all, in order', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id);
    await fixture.core.alerts.ingest([firing(), firing({ kind: 'disk' })]);
    await fixture.pass(48 * HOUR_MS);
    expect(receiver.received).toEqual([]);
    expect(fixture.outbox()).toEqual(['raised pending', 'raised pending']);
    expect(await fixture.core.channelPauses.resume(id, 'ann')).toMatchObject({
      ok: true,
      value: { paused: null },
    });
    await fixture.statusesBecome('sent', 'sent');
    expect(fixture.audit(id).map(({ action }) => action)).toEqual([
      'channel.create',
      'channel.pause',
      'channel.resume',
    ]);
  });

  test('resumes at its end without anybody, says so, and shows the reason and the end until then', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    const until = fixture.clock.now() + HOUR_MS;
    await pause(fixture, id, { durationMs: HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS - 1);
    expect(fixture.detail(0)).toMatchObject({
      status: 'pending',
      held: true,
      hold: { kind: 'pause', until, detail: `Channel paused until ${momentText(until)}` },
    });
    await fixture.pass(1);
    await fixture.statusesBecome('sent');
    expect(fixture.channel(id).paused).toBeNull();
    expect(fixture.audit(id).at(-1)).toEqual({ actor: 'belfry', action: 'channel.resume' });
  });

  test('stays paused over a restart, and resumes at its end', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id, { durationMs: HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.restart(20 * MINUTE_MS);
    await fixture.pass(39 * MINUTE_MS);
    expect(receiver.received).toEqual([]);
    await fixture.pass(MINUTE_MS);
    await fixture.statusesBecome('sent');
  });

  test('is resumed at the start when its end has passed meanwhile', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id, { durationMs: HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.restart(2 * HOUR_MS);
    await fixture.pass(MINUTE_MS);
    expect(fixture.statuses()).toEqual(['sent']);
    expect(fixture.channel(id).paused).toBeNull();
  });

  test('is paused for as long when the clock is set back', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id, { durationMs: HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    fixture.clock.setWallBy(-24 * HOUR_MS);
    await fixture.pass(HOUR_MS - MINUTE_MS);
    expect(receiver.received).toEqual([]);
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.statuses()).toEqual(['sent']);
  });

  test('sends tests, since somebody waits to see whether it works', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.notifications.test(id, 'ann');
    await fixture.statusesBecome('pending', 'sent');
  });

  test('has its end replaced by another pause, and keeps its beginning', async () => {
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel('http://receiver.invalid/');
    const { paused } = await pause(fixture, id, { durationMs: HOUR_MS });
    fixture.clock.advance(MINUTE_MS);
    expect((await pause(fixture, id)).paused).toEqual({ since: paused?.since, until: null });
  });

  test('may end in the future only, and only what is paused is resumed', async () => {
    await using fixture = await CoreFixture.start();
    const { channelPauses } = fixture.core;
    const id = await fixture.addChannel('http://receiver.invalid/');
    const input = { id, until: fixture.clock.now() };
    expect(await channelPauses.pause(input, 'ann')).toMatchObject({
      error: { code: 'invalid_input', message: 'until: must be in the future' },
    });
    expect(await channelPauses.resume(id, 'ann')).toMatchObject({ error: { code: 'wrong_state' } });
  });

  test('that was down gives nothing up, has its full day after the pause, and uses no fallback', async () => {
    await using receiver = await HttpReceiver.start();
    await using spare = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const b = await fixture.addChannel(spare.url);
    const a = await fixture.addChannel(receiver.url, undefined, { fallbackChannelId: b });
    await routeTo(fixture, a);
    receiver.respond = status(503);
    await fixture.raiseMany(6);
    await fixture.quiet();
    await pause(fixture, a);
    const before = fixture.statuses();
    await fixture.raiseMany(3, 'later');
    await fixture.pass(48 * HOUR_MS);
    expect(fixture.statuses()).toEqual([...before, 'pending', 'pending', 'pending']);
    receiver.respond = status(204);
    await fixture.core.channelPauses.resume(a, 'ann');
    await fixture.pass(2 * HOUR_MS);
    const late = fixture.statuses().slice(before.length);
    expect(late).toContain('sent');
    expect(fixture.statuses().filter((one) => one === 'pending')).toEqual([]);
  });

  test('leaves nothing behind of an alert that began and ended meanwhile but the word that it did', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await pause(fixture, id);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.alerts.ingest([resolved()]);
    expect(fixture.outbox()).toEqual(['raised cancelled', 'resolved pending']);
    await fixture.core.channelPauses.resume(id, 'ann');
    await fixture.statusesBecome('cancelled', 'sent');
  });
});
