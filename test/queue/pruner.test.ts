/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { holdWriteLock, passUntil } from '../support/sick-disk.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

const count = (fixture: CoreFixture, table: string): number =>
  fixture.db.value(`SELECT count(*) FROM ${table}`) as number;

/** Lets a day pass hour by hour, as the pruner does, with the loop turning between. */
async function passDays(fixture: CoreFixture, days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour++) {
    fixture.clock.advance(3_600_000);
    await new Promise(setImmediate);
  }
}

describe('retention', () => {
  test('takes delivered after 7 days, attempts after 30 and closed alerts after 90', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'sent');
    await passDays(fixture, 6);
    expect(count(fixture, 'notifications')).toBe(2);
    await passDays(fixture, 2);
    expect(count(fixture, 'notifications')).toBe(0);
    expect(count(fixture, 'delivery_attempts')).toBe(2);
    await passDays(fixture, 24);
    expect(count(fixture, 'delivery_attempts')).toBe(0);
    expect(count(fixture, 'alerts')).toBe(1);
    await passDays(fixture, 60);
    await until(() => count(fixture, 'conditions') === 0, 'the condition without alerts is gone');
    expect([count(fixture, 'alerts'), count(fixture, 'alert_events')]).toEqual([0, 0]);
  });

  test('counts the age of what was delivered from when its alert closed', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    await passDays(fixture, 13);
    expect(fixture.newest().alert.state).toBe('expired');
    expect(fixture.statuses()).toEqual(['sent']);
    await passDays(fixture, 2);
    await until(() => count(fixture, 'notifications') === 0, 'the delivered one is gone');
  });

  test('forgets pressed buttons once no link to them is good', async () => {
    await using fixture = await CoreFixture.start();
    const { writer, tables, newId } = fixture.core;
    const expiresAt = fixture.clock.now() + 2 * DAY_MS;
    await writer.submit(() => tables.usedLinks.use(newId(), 'snooze', expiresAt));
    await passDays(fixture, 1);
    expect(count(fixture, 'used_links')).toBe(1);
    await passDays(fixture, 2);
    await until(() => count(fixture, 'used_links') === 0, 'the pressed button is forgotten');
  });

  test('touches nothing of an alert that is not closed', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    await fixture.raise(receiver.url, 'dead');
    await fixture.update({ maxAlertAgeDays: 0 });
    await passDays(fixture, 100);
    expect(fixture.statuses()).toEqual(['dead']);
    expect([count(fixture, 'alerts'), count(fixture, 'delivery_attempts')]).toEqual([1, 1]);
  });

  test('leaves what was delivered for an open alert, and an alert whose dead letter is still there', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.raise(receiver.url, 'sent');
    receiver.respond = status(400);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'dead' })]);
    await fixture.statusesBecome('sent', 'dead');
    await fixture.core.alerts.ingest([resolved({ dedupKey: 'dead' })]);
    await fixture.statusesBecome('sent', 'dead', 'dead');
    const retention = { closedAlertsDays: 1, deadDays: 3_650, deliveredDays: 1, attemptsDays: 1 };
    await fixture.core.settings.update({ retention }, 'test');
    await passDays(fixture, 5);
    expect(fixture.statuses()).toEqual(['sent', 'dead', 'dead']);
    expect(count(fixture, 'alerts')).toBe(2);
  });

  test.each([
    'set right',
    'set right before a restart',
    'set right while nothing could be written, and before a restart',
  ])('does not count time that nobody lived through: a clock that was %s', async (when) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.alerts.ingest([resolved()]);
    await until(() => fixture.statuses().includes('dead'), 'dead letters');
    const before = fixture.statuses();
    if (when.includes('nothing could be written')) {
      using _lock = holdWriteLock(fixture.dir);
      fixture.clock.setWallBy(60 * DAY_MS);
      const refused = () => fixture.core.writer.refusal !== null;
      await passUntil(fixture.clock, refused, 'writes were refused');
    } else {
      fixture.clock.setWallBy(60 * DAY_MS);
    }
    await passDays(fixture, 1);
    if (when.endsWith('restart')) {
      await fixture.core.worker.stop();
      await fixture.crash();
      fixture.open();
      await fixture.run();
    }
    await passDays(fixture, 28);
    expect(fixture.statuses().filter((word) => word === 'dead')).toEqual(
      before.filter((word) => word === 'dead'),
    );
    await passDays(fixture, 3);
    expect(fixture.statuses()).not.toContain('dead');
  });

  test('goes in batches until nothing is left, after the days that the settings say', async () => {
    await using fixture = await CoreFixture.start();
    const events = Array.from({ length: 450 }, (_, i) => firing({ dedupKey: String(i) }));
    await fixture.core.alerts.ingest(events);
    await fixture.core.alerts.ingest(events.map((event) => ({ ...event, status: 'resolved' })));
    await fixture.core.settings.update({ retention: { closedAlertsDays: 1 } }, 'test');
    fixture.clock.advance(DAY_MS - 1);
    await new Promise(setImmediate);
    expect(count(fixture, 'alerts')).toBe(450);
    fixture.clock.advance(3_600_000);
    await until(() => count(fixture, 'alerts') === 250, 'the first batch was pruned');
    await until(() => {
      fixture.clock.advance(50);
      return count(fixture, 'alerts') === 0;
    }, 'every batch was pruned');
  });
});
