/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../../main/contract/route.ts';
import type { QuietHours } from '../../../main/contract/settings.ts';
import { CoreFixture, firing, resolved } from '../../support/core-fixture.ts';
import { HttpReceiver, silence as noAnswer, status } from '../../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** From ten in the evening until seven; the fixture begins at noon. */
const NIGHTS: Partial<QuietHours> = {
  enabled: true,
  timeZone: 'UTC',
  periods: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' }],
  criticalPasses: true,
};
const TO_NIGHT_MS = 10 * HOUR_MS;
const TO_MORNING_MS = 9 * HOUR_MS;

const DISK = firing({ kind: 'disk' });
const CRITICAL = firing({ kind: 'disk', severity: 'critical' });
const DISK_FINE = resolved({ kind: 'disk' });

/** A phone, quiet hours and noon. */
async function atNoon(over: Partial<QuietHours> = {}) {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  await fixture.update({ quietHours: { ...NIGHTS, ...over } });
  await fixture.quiet();
  return { fixture, delivered: () => fixture.delivered(phone) };
}

async function ingest(fixture: CoreFixture, ...events: ReturnType<typeof firing>[]): Promise<void> {
  await fixture.core.alerts.ingest(events);
  await fixture.quiet();
}

describe('the digest', () => {
  /** Sent in the evening: `cpu`. At night: `cpu` ends, `disk` comes, `fan` comes and goes, `ups` is critical. */
  async function night(fixture: CoreFixture): Promise<void> {
    await ingest(fixture, firing({ kind: 'cpu' }));
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, resolved({ kind: 'cpu' }), DISK, firing({ kind: 'fan' }));
    await fixture.pass(HOUR_MS);
    await ingest(fixture, resolved({ kind: 'fan' }), firing({ kind: 'ups', severity: 'critical' }));
  }

  const hook = async (receiver: HttpReceiver) => {
    const fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.update({ quietHours: NIGHTS });
    await fixture.quiet();
    return fixture;
  };

  test('is exactly one message at the end, with every member and its event', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    await fixture.pass(8 * HOUR_MS - 1);
    expect(receiver.webhooks().map(({ type }) => type)).toEqual(['alert.raised', 'alert.raised']);
    await fixture.pass(1);
    expect(receiver.received).toHaveLength(3);
    const { data } = receiver.webhooks()[2] ?? {};
    expect(data).toMatchObject({ bundle: 'digest' });
    expect(data?.alerts?.map(({ kind, event }) => `${kind} ${event}`)).toEqual([
      'cpu resolved',
      'disk raised',
    ]);
    expect(data?.text).toContain('Quiet hours are over: 2 notifications');
    expect(data?.text).toContain('Resolved: cpu on nas');
    expect(data?.text).toContain('WARNING: disk on nas');
    await fixture.pass(HOUR_MS);
    expect(receiver.received).toHaveLength(3);
  });

  test('survives a restart at night, and comes late when Belfry was off in the morning', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    await fixture.restart(HOUR_MS);
    await ingest(fixture, firing({ kind: 'after the restart' }));
    await fixture.restart(9 * HOUR_MS);
    expect(receiver.webhooks().map(({ data }) => data.alerts?.length)).toEqual([
      undefined,
      undefined,
      3,
    ]);
  });

  test('that is refused is tried again as the same message', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    receiver.respond = status(503);
    await fixture.pass(8 * HOUR_MS);
    receiver.respond = status(204);
    await fixture.pass(MINUTE_MS);
    const digests = receiver.webhooks().filter(({ data }) => data['bundle'] === 'digest');
    expect(digests).toHaveLength(2);
    expect(digests[0]?.data.notificationId).toBe(digests[1]?.data.notificationId);
    expect(digests[0]?.data.alerts).toEqual(digests[1]?.data.alerts);
  });

  test('that a crash cuts off is sent again under the same key, whole', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    await fixture.pass(8 * HOUR_MS - 1);
    receiver.respond = noAnswer;
    fixture.clock.advance(1);
    await receiver.count(3);
    await fixture.crash();
    receiver.respond = status(204);
    fixture.open();
    await fixture.run();
    await fixture.quiet();
    const [once, twice] = receiver.webhooks().slice(2);
    expect(receiver.received).toHaveLength(4);
    expect(twice?.data.notificationId).toBe(once?.data.notificationId);
    expect(twice?.data.alerts).toEqual(once?.data.alerts);
  });

  test('waits for a channel that is disabled in the morning, and is still one', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    const [channel] = fixture.core.channels.all();
    const id = channel?.id ?? '';
    await fixture.core.channels.collection.update({ id, enabled: false }, 'ann');
    await fixture.pass(9 * HOUR_MS);
    await fixture.core.channels.collection.update({ id, enabled: true }, 'ann');
    await fixture.quiet();
    expect(receiver.received).toHaveLength(3);
    expect(receiver.webhooks()[2]?.data.alerts).toHaveLength(2);
  });

  test('takes along what a flapping condition has to say', async () => {
    const { fixture, delivered } = await atNoon();
    await using _stop = fixture;
    await fixture.pass(TO_NIGHT_MS);
    for (let n = 0; n < 7; n++) {
      await ingest(fixture, n % 2 === 0 ? DISK : DISK_FINE);
      await fixture.pass(10_000);
    }
    await fixture.pass(TO_MORNING_MS);
    expect(delivered()).toEqual(['flapping_started', 'flapping_stopped']);
    expect(fixture.notices).toHaveLength(1);
  });

  test('takes along the reminders that came due meanwhile, one of each alert', async () => {
    const { fixture, delivered } = await atNoon();
    await using _stop = fixture;
    const [phone] = fixture.core.channels.all();
    const reminder = { intervalMs: 4 * HOUR_MS, max: 10 };
    const route = routeInput.parse({ name: 'all', channelIds: [phone?.id ?? ''], reminder });
    await fixture.core.routes.collection.create(route, 'test');
    await ingest(fixture, firing({ kind: 'cpu' }), firing({ kind: 'fan' }));
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, DISK);
    const before = fixture.notices.length;
    await fixture.pass(TO_MORNING_MS);
    expect(delivered().filter((event) => event === 'reminder')).toHaveLength(2 * 3);
    expect(fixture.notices.length - before).toBe(1);
  });

  test('comes at once when the quiet hours are switched off', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    await fixture.update({ quietHours: { enabled: false } });
    await fixture.quiet();
    expect(receiver.webhooks().at(-1)?.data.alerts).toHaveLength(2);
  });

  test('moves with the end of the quiet hours, and is still one', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await night(fixture);
    const periods = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '09:00' }];
    await fixture.update({ quietHours: { periods } });
    await ingest(fixture, firing({ kind: 'later' }));
    await fixture.pass(10 * HOUR_MS - 1);
    expect(receiver.received).toHaveLength(2);
    await fixture.pass(1);
    expect(receiver.webhooks().at(-1)?.data.alerts).toHaveLength(3);
    expect(receiver.received).toHaveLength(3);
  });

  test('tells a program that listens which member is critical by now, when critical may not pass', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await hook(receiver);
    await fixture.update({ quietHours: { criticalPasses: false } });
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, firing({ kind: 'fan' }), DISK);
    await ingest(fixture, CRITICAL);
    await fixture.pass(TO_MORNING_MS);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.webhooks()[0]?.data.alerts).toMatchObject([
      { kind: 'fan', severity: 'warning', event: 'raised' },
      { kind: 'disk', severity: 'critical', event: 'raised' },
    ]);
  });
});

describe('critical alerts at night', () => {
  test('pass at once when set, and their recovery waits for the morning', async () => {
    const { fixture, delivered } = await atNoon();
    await using _stop = fixture;
    await fixture.pass(TO_NIGHT_MS + HOUR_MS);
    await ingest(fixture, CRITICAL);
    expect(delivered()).toEqual(['raised']);
    await ingest(fixture, DISK_FINE);
    await fixture.pass(8 * HOUR_MS - 1);
    expect(delivered()).toEqual(['raised']);
    await fixture.pass(1);
    expect(delivered()).toEqual(['raised', 'resolved']);
  });

  test('wait like all others when not set', async () => {
    const { fixture, delivered } = await atNoon({ criticalPasses: false });
    await using _stop = fixture;
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, CRITICAL);
    expect(delivered()).toEqual([]);
    await fixture.pass(TO_MORNING_MS);
    expect(delivered()).toEqual(['raised']);
  });

  test('that were less when they were raised at night are sent when they become critical', async () => {
    const { fixture, delivered } = await atNoon();
    await using _stop = fixture;
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, DISK);
    expect(delivered()).toEqual([]);
    await ingest(fixture, CRITICAL);
    expect(fixture.notices.map(({ title }) => title)).toEqual(['CRITICAL: disk on nas']);
    await fixture.pass(TO_MORNING_MS);
    expect(fixture.notices).toHaveLength(1);
  });

  test('that were sent as less before the night are sent when they become critical', async () => {
    const { fixture, delivered } = await atNoon();
    await using _stop = fixture;
    await ingest(fixture, DISK);
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, CRITICAL);
    expect(delivered()).toEqual(['raised', 'escalated']);
    await fixture.pass(TO_MORNING_MS);
    expect(delivered()).toEqual(['raised', 'escalated']);
  });

  test('that come back at night do not wait behind the recovery that does', async () => {
    const { fixture } = await atNoon();
    await using _stop = fixture;
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, CRITICAL);
    await ingest(fixture, DISK_FINE);
    await fixture.pass(HOUR_MS);
    await ingest(fixture, CRITICAL);
    const last = () => fixture.notices.at(-1)?.title;
    expect(fixture.notices.length).toBeGreaterThan(1);
    expect(last()).toBe('CRITICAL: disk on nas');
    await fixture.pass(TO_MORNING_MS);
    expect(last()).toBe('CRITICAL: disk on nas');
  });

  test('that become so do not wait behind the acknowledgement that does', async () => {
    const { fixture } = await atNoon();
    await using _stop = fixture;
    await ingest(fixture, DISK);
    await fixture.pass(TO_NIGHT_MS);
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'acknowledge' }, 'ann');
    await ingest(fixture, CRITICAL);
    expect(fixture.notices.map(({ title }) => title)).toContain('Now CRITICAL: disk on nas');
  });

  test('that rose in two steps are sent once with the severity they reached', async () => {
    const { fixture } = await atNoon();
    await using _stop = fixture;
    await ingest(fixture, firing({ kind: 'disk', severity: 'info' }));
    await fixture.pass(TO_NIGHT_MS);
    await ingest(fixture, DISK);
    await ingest(fixture, CRITICAL);
    await fixture.pass(TO_MORNING_MS);
    expect(fixture.notices.map(({ title }) => title)).toEqual([
      'INFO: disk on nas',
      'Now CRITICAL: disk on nas',
    ]);
  });
});
