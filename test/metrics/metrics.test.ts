import { describe, expect, test } from 'vitest';
import type { Core } from '../../main/core.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { afterRetries, holdWriteLock } from '../support/sick-disk.ts';

const MINUTE_MS = 60_000;

/** The number of one series; undefined when there is none. */
async function numberOf(core: Core, series: string): Promise<number | undefined> {
  const { gauge, counter } = await core.metrics.json();
  return gauge[series] ?? counter[series];
}

const oldestPending = (core: Core) => numberOf(core, 'belfry_notification_oldest_pending_seconds');

/** Every series of every metric of ours whose number is not 0. */
async function moved(core: Core): Promise<string[]> {
  const { gauge, counter } = await core.metrics.json();
  return Object.entries({ ...gauge, ...counter })
    .filter(([series, value]) => series.startsWith('belfry_') && value !== 0)
    .map(([series]) => series);
}

async function named(core: Core): Promise<string[]> {
  const text = await core.metrics.text();
  return [...text.matchAll(/^# TYPE (belfry_\S+)/gm)].map(([, name]) => name ?? '');
}

describe('every metric', () => {
  test('moves, and none has moved before anything happened', async () => {
    await using receiver = await HttpReceiver.start();
    await using refusing = await HttpReceiver.start();
    await using limiting = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    const seen = new Set(await moved(core));
    // Without any channel no one is notified, which is a fault from the first moment on.
    expect([...seen]).toEqual(['belfry_routes_without_channel']);
    const look = async () => {
      for (const series of await moved(core)) seen.add(series);
    };

    // Raised, worse, acknowledged, notified; then over.
    const phone = await fixture.addDesktop({ name: 'Phone' });
    await core.alerts.ingest([firing()]);
    await core.alerts.ingest([firing({ severity: 'critical' })]);
    await core.alerts.act(fixture.newest().alert.id, { kind: 'acknowledge' }, 'test');
    await fixture.pass(MINUTE_MS);
    await core.alerts.ingest([resolved()]);
    await fixture.quiet();
    await look();

    // More than a person can read: the rest is one summary.
    const flood = Array.from({ length: 30 }, (_, i) => firing({ host: `vm${i}` }));
    await core.alerts.ingest(flood);
    await fixture.pass(2 * MINUTE_MS);
    await look();

    await core.channelPauses.pause({ id: phone }, 'test');
    await look();

    // Failing, again and again, until it is dead; elsewhere something that a person must fix, and a limit.
    await core.channelDeletion.delete({ id: phone, detach: true }, 'test');
    await core.settings.update({ outboundHeartbeat: { url: receiver.url } }, 'test');
    await fixture.quiet();
    await look();
    receiver.respond = status(503);
    refusing.respond = status(401);
    limiting.respond = status(429, { 'retry-after': '3600' });
    await fixture.addChannel(receiver.url);
    await fixture.addChannel(refusing.url);
    await fixture.addChannel(limiting.url);
    await core.alerts.ingest([firing({ host: 'router' })]);
    for (let i = 0; i < 40; i++) {
      await fixture.pass(MINUTE_MS / 2);
      await look();
    }

    {
      using _lock = holdWriteLock(fixture.dir);
      const refused = afterRetries(fixture.clock, core.alerts.ingest([firing()]));
      await expect(refused).rejects.toThrow('cannot write');
    }
    await look();

    const names = new Set([...seen].map((series) => series.replace(/\{.*/s, '')));
    // Of a histogram it is the count that tells.
    const still = (await named(core)).filter(
      (name) => !names.has(name) && !names.has(`${name}_count`),
    );
    expect(still).toEqual([]);
  });
});

describe('counters', () => {
  test('hear nothing of work that was undone', async () => {
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    const undone = core.writer.submit((unit) => {
      unit.counted({ type: 'alert_acknowledged' });
      throw new Error('no');
    });
    const kept = core.writer.submit((unit) => unit.counted({ type: 'dead_lettered' }));
    await expect(undone).rejects.toThrow('no');
    await kept;
    expect(await numberOf(core, 'belfry_alerts_acknowledged_total')).toBe(0);
    expect(await numberOf(core, 'belfry_notification_dlq_total')).toBe(1);
  });

  test('hear nothing of what could not be committed, but that it could not', async () => {
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    {
      using _lock = holdWriteLock(fixture.dir);
      const refused = afterRetries(fixture.clock, core.alerts.ingest([firing()]));
      await expect(refused).rejects.toThrow('cannot write');
    }
    expect(await moved(core)).toEqual([
      'belfry_routes_without_channel',
      'belfry_alert_history_save_errors_total',
    ]);
  });

  test('of attempts say what became of each, and which were retries', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    receiver.respond = status(204);
    await fixture.pass(EXACT.baseMs);
    expect(fixture.statuses()).toEqual(['sent']);
    const sent = 'belfry_notifications_sent_total';
    expect(await numberOf(core, `${sent}{method="webhook",status="failure"}`)).toBe(1);
    expect(await numberOf(core, `${sent}{method="webhook",status="success"}`)).toBe(1);
    expect(await numberOf(core, 'belfry_notification_retries_total{method="webhook"}')).toBe(1);
    const took = 'belfry_notification_delivery_duration_seconds_count{method="webhook"}';
    expect(await numberOf(core, took)).toBe(2);
  });

  test('of a group count one message, its notifications, and one time that it took', async () => {
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    const phone = await fixture.addDesktop();
    await core.routes.collection.create(
      {
        name: 'all',
        enabled: true,
        matchers: [],
        minSeverity: 'info',
        channelIds: [phone],
        continue: false,
        holdForMs: 0,
        resolvedForMs: 0,
        group: { by: [], waitMs: 10_000 },
        reminder: null,
        escalation: [],
      },
      'test',
    );
    await core.alerts.ingest([1, 2, 3].map((i) => firing({ host: `vm${i}` })));
    await fixture.pass(10_000);
    expect(fixture.statuses()).toEqual(['sent', 'sent', 'sent']);
    expect(await numberOf(core, 'belfry_notifications_grouped_total')).toBe(1);
    expect(await numberOf(core, 'belfry_alerts_grouped_count_sum')).toBe(3);
    const sent = 'belfry_notifications_sent_total{method="desktop",status="success"}';
    expect(await numberOf(core, sent)).toBe(3);
    const took = 'belfry_notification_delivery_duration_seconds_count{method="desktop"}';
    expect(await numberOf(core, took)).toBe(1);
    expect(await numberOf(core, 'belfry_alerts_suppressed_total{reason="grouping"}')).toBe(3);
  });

  test('of a flapping condition count each change that nobody was notified of', async () => {
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    await fixture.addDesktop();
    for (let i = 0; i < 4; i++) await core.alerts.ingest([firing(), resolved()]);
    const kept = 'belfry_alerts_suppressed_total{reason="flapping"}';
    // The fifth change begins it and is sent. The sixth is kept quiet; so are the last two, which come
    // in one commit and are of one alert.
    expect(await numberOf(core, kept)).toBe(2);
  });

  test('one alert that several channels are kept from counts once', async () => {
    await using fixture = await CoreFixture.start();
    const { core } = fixture;
    await fixture.addDesktop();
    await fixture.addDesktop({ name: 'that computer' });
    await core.pause.begin(10 * MINUTE_MS, 'test');
    await core.alerts.ingest([firing()]);
    expect(await numberOf(core, 'belfry_alerts_suppressed_total{reason="pause"}')).toBe(1);
  });

  test('an alert that leads nowhere counts as without a route', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.alerts.ingest([firing()]);
    const nowhere = 'belfry_alerts_suppressed_total{reason="no_route"}';
    expect(await numberOf(fixture.core, nowhere)).toBe(1);
  });

  test('the duration of an alert is from its beginning to its end', async () => {
    await using fixture = await CoreFixture.start();
    const { core, clock } = fixture;
    await core.alerts.ingest([firing()]);
    clock.advance(90_000);
    await core.alerts.ingest([resolved()]);
    const name = 'belfry_alert_duration_seconds';
    expect(await numberOf(core, `${name}_sum{type="backup_failed"}`)).toBe(90);
    expect(await numberOf(core, `${name}_bucket{le="60",type="backup_failed"}`)).toBe(0);
    expect(await numberOf(core, `${name}_bucket{le="300",type="backup_failed"}`)).toBe(1);
  });
});

describe('the oldest pending notification', () => {
  test('is none when nothing waits, and one that fails is as old as its first attempt', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    expect(await oldestPending(fixture.core)).toBe(0);
    receiver.respond = status(503);
    await fixture.raise(receiver.url, 'failed');
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.statuses()).toEqual(['failed']);
    expect(await oldestPending(fixture.core)).toBe(120);
    receiver.respond = status(204);
    await fixture.pass(10 * MINUTE_MS);
    expect(await oldestPending(fixture.core)).toBe(0);
  });

  test('is none while it is held on purpose: by a silence, by a pause, by a disabled channel', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const { core, clock } = fixture;
    const channelId = await fixture.addChannel(receiver.url);
    const endsAt = clock.now() + 30 * MINUTE_MS;
    await core.silences.collection.create(
      { matchers: ['host="nas"'], comment: '', endsAt },
      'test',
    );
    await core.alerts.ingest([firing()]);
    await fixture.pass(20 * MINUTE_MS);
    expect(await oldestPending(core)).toBe(0);
    await core.pause.begin(60 * MINUTE_MS, 'test');
    await fixture.pass(20 * MINUTE_MS);
    expect(await oldestPending(core)).toBe(0);
    await core.channels.collection.update({ id: channelId, enabled: false }, 'test');
    await core.pause.end('test');
    await fixture.pass(20 * MINUTE_MS);
    expect(fixture.statuses()).toEqual(['pending']);
    expect(await oldestPending(core)).toBe(0);
  });
});

test('an alert that has ended leaves its series behind, at zero', async () => {
  await using fixture = await CoreFixture.start();
  const { core } = fixture;
  const series = 'belfry_alerts_active{level="warning",type="backup_failed"}';
  await core.alerts.ingest([firing()]);
  expect(await numberOf(core, series)).toBe(1);
  await core.alerts.ingest([resolved()]);
  expect(await numberOf(core, series)).toBe(0);
});
