import { describe, expect, test } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const ALL = { limit: 50 };

async function apply(fixture: CoreFixture, ...events: ConditionEvent[]) {
  return (await fixture.core.alerts.ingest(events)).map(({ action }) => action);
}

function onlyAlert(fixture: CoreFixture) {
  const page = fixture.core.alerts.list(ALL);
  if (!page.ok || page.value.total !== 1) throw new Error('There is not exactly one alert');
  const found = fixture.core.alerts.detail(page.value.items[0]?.id ?? '');
  if (!found) throw new Error('The listed alert is not there');
  return found;
}

const outbox = (fixture: CoreFixture) => {
  const page = fixture.core.notifications.list({ page: 1, per_page: 50 });
  return page.data.map(({ event }) => event).reverse();
};

describe('a firing event', () => {
  test('raises once; further ones touch, are counted, refresh the text, and owe nothing', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    expect(await apply(fixture, firing())).toEqual(['raised']);
    fixture.clock.advance(MINUTE_MS);
    expect(await apply(fixture, firing({ message: 'worse', labels: { disk: 'a' } }))).toEqual([
      'touched',
    ]);
    const { alert, timeline } = onlyAlert(fixture);
    expect(alert).toMatchObject({ occurrences: 2, message: 'worse', labels: { disk: 'a' } });
    expect(alert.lastSeenAt - alert.startedAt).toBe(MINUTE_MS);
    expect(timeline.map(({ type }) => type)).toEqual(['raised']);
    expect(outbox(fixture)).toEqual(['raised']);
  });

  test('of another host, kind, source or dedup key is another condition', async () => {
    await using fixture = await CoreFixture.start();
    expect(
      await apply(
        fixture,
        firing(),
        firing({ host: 'pve' }),
        firing({ kind: 'check_failed' }),
        firing({ source: 'cron' }),
        firing({ dedupKey: 'photos' }),
        firing({ dedupKey: 'photos' }),
      ),
    ).toEqual(['raised', 'raised', 'raised', 'raised', 'raised', 'touched']);
  });

  test('whose severity rises tells so, once for each new height, also when acknowledged', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await apply(fixture, firing({ severity: 'info' }), firing({ severity: 'critical' }));
    await apply(fixture, firing({ severity: 'info' }), firing({ severity: 'critical' }));
    expect(outbox(fixture)).toEqual(['raised', 'escalated']);
    expect(onlyAlert(fixture).alert.severity).toBe('critical');
  });

  test('that claims to begin in the future begins now', async () => {
    await using fixture = await CoreFixture.start();
    await apply(fixture, firing({ occurredAt: fixture.clock.now() + MINUTE_MS }));
    expect(onlyAlert(fixture).alert.startedAt).toBe(fixture.clock.now());
  });
});

describe('a resolved event', () => {
  test('closes open and acknowledged alike, and notifies the channels that were notified', async () => {
    await using receiver = await HttpReceiver.start();
    await using later = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await apply(fixture, firing());
    await fixture.statusesBecome('sent');
    await fixture.core.alerts.act(onlyAlert(fixture).alert.id, { kind: 'acknowledge' }, 'test');
    await fixture.addChannel(later.url);
    expect(await apply(fixture, resolved())).toEqual(['resolved']);
    await fixture.statusesBecome('sent', 'sent', 'sent');
    expect(receiver.webhooks().map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.acknowledged',
      'alert.resolved',
    ]);
    expect(later.received).toEqual([]);
    const { alert, timeline } = onlyAlert(fixture);
    expect(alert).toMatchObject({ state: 'resolved', closedAt: fixture.clock.now() });
    expect(timeline.map(({ type }) => type)).toEqual(['raised', 'acknowledged', 'resolved']);
  });

  test('without an open alert, or of an episode before the open one, is ignored', async () => {
    await using fixture = await CoreFixture.start();
    expect(await apply(fixture, resolved())).toEqual(['ignored']);
    const now = fixture.clock.now();
    await apply(fixture, firing({ occurredAt: now }));
    expect(await apply(fixture, resolved({ occurredAt: now - 1 }))).toEqual(['ignored']);
    expect(await apply(fixture, resolved({ occurredAt: now }))).toEqual(['resolved']);
  });

  test('brings its own words to the channels that are notified, and the alert keeps what it was about', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await apply(fixture, firing({ message: 'Backup failed' }));
    await fixture.statusesBecome('sent');
    await apply(fixture, resolved({ message: 'Backup went well' }));
    await fixture.statusesBecome('sent', 'sent');
    expect(receiver.webhooks()[1]?.data.text).toContain('Backup went well');
    const { alert, timeline } = onlyAlert(fixture);
    expect(alert.message).toBe('Backup failed');
    expect(timeline.at(-1)?.detail).toBe('Reported as resolved: Backup went well');
  });

  test('whose time is cut to the second closes an alert whose start the sender never said', async () => {
    await using fixture = await CoreFixture.start();
    fixture.clock.advance(900);
    await apply(fixture, firing());
    const wholeSecond = fixture.clock.now() - 900;
    expect(await apply(fixture, resolved({ occurredAt: wholeSecond }))).toEqual(['resolved']);
  });

  test('sent twice at the same time closes once and owes one notification', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await apply(fixture, firing());
    await fixture.statusesBecome('sent');
    await Promise.all([apply(fixture, resolved()), apply(fixture, resolved())]);
    expect(outbox(fixture)).toEqual(['raised', 'resolved']);
  });
});

describe('a channel that wants no recovery of what never arrived', () => {
  test.each([
    [503, ['raised cancelled']],
    [204, ['raised sent', 'resolved sent']],
  ])('whose receiver answers %i', async (code, wanted) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(code);
    await fixture.addChannel(receiver.url, EXACT, { resolveOnlyIfDelivered: true });
    await apply(fixture, firing());
    await receiver.count(1);
    await fixture.quiet();
    await apply(fixture, resolved());
    await fixture.quiet();
    expect(fixture.outbox()).toEqual(wanted);
  });
});

describe('a person', () => {
  test('acknowledges an open alert, once', async () => {
    await using fixture = await CoreFixture.start();
    await apply(fixture, firing());
    const { id } = onlyAlert(fixture).alert;
    expect(await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann')).toMatchObject({
      ok: true,
      value: { state: 'acknowledged', acknowledgedAt: fixture.clock.now() },
    });
    expect(await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann')).toMatchObject({
      error: { code: 'wrong_state' },
    });
    expect(fixture.audit(id)).toMatchObject([{ actor: 'ann', action: 'alert.acknowledge' }]);
  });

  test('resolves by hand; repeats of that episode stay ignored, a new episode raises', async () => {
    await using fixture = await CoreFixture.start();
    const startedAt = fixture.clock.now();
    await apply(fixture, firing({ occurredAt: startedAt }));
    fixture.clock.advance(MINUTE_MS);
    await fixture.core.alerts.act(onlyAlert(fixture).alert.id, { kind: 'resolve' }, 'ann');
    fixture.clock.advance(MINUTE_MS);
    expect(await apply(fixture, firing({ occurredAt: startedAt }))).toEqual(['ignored']);
    const again = firing({ occurredAt: fixture.clock.now() });
    expect(await apply(fixture, again)).toEqual(['raised']);
  });

  test('whose word is about one episode does not silence the next of a sender whose clock is behind', async () => {
    await using fixture = await CoreFixture.start();
    const behind = fixture.clock.now() - 10 * MINUTE_MS;
    await apply(fixture, firing({ occurredAt: behind }));
    await fixture.core.alerts.act(onlyAlert(fixture).alert.id, { kind: 'resolve' }, 'ann');
    fixture.clock.advance(5 * MINUTE_MS);
    const next = firing({ occurredAt: behind + 5 * MINUTE_MS });
    expect(await apply(fixture, next)).toEqual(['raised']);
  });

  test('who asks for an alert that is not there gets an error', async () => {
    await using fixture = await CoreFixture.start();
    const id = '01890000-0000-7000-8000-000000000000';
    expect(await fixture.core.alerts.act(id, { kind: 'resolve' }, 'ann')).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('an alert with its own end', () => {
  const ending = (fixture: CoreFixture, inMs: number) =>
    firing({ occurredAt: fixture.clock.now(), endsAt: fixture.clock.now() + inMs });

  test('resolves automatically when the end passes, and each report postpones the end', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await apply(fixture, ending(fixture, 4 * MINUTE_MS));
    await fixture.statusesBecome('sent');
    fixture.clock.advance(3 * MINUTE_MS);
    await apply(fixture, ending(fixture, 4 * MINUTE_MS));
    fixture.clock.advance(4 * MINUTE_MS - 1);
    expect(onlyAlert(fixture).alert.state).toBe('open');
    fixture.clock.advance(1);
    await fixture.statusesBecome('sent', 'sent');
    const { alert, timeline } = onlyAlert(fixture);
    expect(alert).toMatchObject({ state: 'resolved', occurrences: 2, endsAt: null });
    expect(timeline.at(-1)).toMatchObject({ actor: 'belfry', type: 'resolved' });
  });

  test('gets a full resolve timeout after a restart, so that being away never looks like recovery', async () => {
    await using fixture = await CoreFixture.start();
    await apply(fixture, ending(fixture, 4 * MINUTE_MS));
    await fixture.core.worker.stop();
    await fixture.crash();
    fixture.clock.advance(60 * MINUTE_MS);
    fixture.open();
    await fixture.run();
    expect(onlyAlert(fixture).alert).toMatchObject({
      state: 'open',
      endsAt: fixture.clock.now() + 5 * MINUTE_MS,
    });
  });

  test('gets it after a sleep too, seen by the clocks or reported by the system', async () => {
    await using fixture = await CoreFixture.start();
    await apply(fixture, ending(fixture, 4 * MINUTE_MS));
    fixture.clock.setWallBy(9 * 60 * MINUTE_MS);
    fixture.core.scheduler.resumed();
    await new Promise(setImmediate);
    fixture.clock.advance(4 * MINUTE_MS);
    await new Promise(setImmediate);
    expect(onlyAlert(fixture).alert.state).toBe('open');
  });
});

describe('lists', () => {
  test('page by keyset with true totals, filter and search, and treat % and _ as letters', async () => {
    await using fixture = await CoreFixture.start();
    const events = Array.from({ length: 7 }, (_, i) =>
      firing({ dedupKey: String(i), message: i === 3 ? '100%_full' : 'fine' }),
    );
    await apply(fixture, ...events);
    await apply(fixture, resolved({ dedupKey: '0' }));
    const first = fixture.core.alerts.list({ limit: 3, state: ['open'] });
    if (!first.ok) throw new Error('No page');
    expect(first.value.items.map(({ dedupKey }) => dedupKey)).toEqual(['6', '5', '4']);
    expect(first.value.total).toBe(6);
    const second = fixture.core.alerts.list({
      limit: 3,
      state: ['open'],
      cursor: first.value.nextCursor ?? '',
    });
    expect(second).toMatchObject({
      value: { items: [{ dedupKey: '3' }, { dedupKey: '2' }, { dedupKey: '1' }], total: 6 },
    });
    expect(fixture.core.alerts.list({ limit: 9, q: '0%_f' })).toMatchObject({
      value: { total: 1, items: [{ dedupKey: '3' }], nextCursor: null },
    });
    expect(fixture.core.alerts.list({ limit: 9, cursor: 'x' })).toMatchObject({
      error: { code: 'invalid_input' },
    });
  });
});
