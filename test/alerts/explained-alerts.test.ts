import { expect, test } from 'vitest';
import { explain } from '../../main/alerts/explanation.ts';
import type { Explanation } from '../../main/contract/timeline.ts';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { sentenceOf } from '../support/sentences.ts';

const HOUR_MS = 3_600_000;

function newest(fixture: CoreFixture): Explanation[] {
  const { alert, timeline, reasons, raisedAt, isComplete } = fixture.newest();
  const notifications = fixture.core.notifications.byAlert(alert.id);
  const channels = fixture.core.channels.all().map((row) => fixture.core.channels.shown(row));
  const facts = { raisedAt, timeline, reasons, notifications, channels, isComplete };
  return explain(facts, sentenceOf);
}
const phone = (fixture: CoreFixture): string =>
  newest(fixture).find(({ channelName }) => channelName === 'Phone')?.sentence ?? '';

/** Raised, resolved, both notified, and then long enough ago that the deliveries are gone. */
async function notifiedLongAgo(fixture: CoreFixture): Promise<void> {
  for (const event of [firing(), resolved()]) {
    await fixture.core.alerts.ingest([event]);
    await fixture.quiet();
  }
  expect(phone(fixture)).toMatch(/^“Resolved” sent/u);
  for (let hour = 0; hour < 8 * 24; hour++) {
    fixture.clock.advance(HOUR_MS);
    await fixture.quiet();
  }
  expect(fixture.outbox()).toEqual([]);
}

test('an alert that was raised while its condition flapped is not put down to the channel', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.addDesktop({ name: 'Phone' });
  for (let n = 0; n < 7; n++) {
    await fixture.core.alerts.ingest([n % 2 === 0 ? firing() : resolved()]);
    await fixture.pass(1_000);
  }
  expect(fixture.newest().alert).toMatchObject({ state: 'open', flapping: true });
  expect(phone(fixture)).toMatch(/flap/u);
  expect(phone(fixture)).not.toContain('disabled');
});

test('a delivery that retention has taken is not turned into its opposite', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.addDesktop({ name: 'Phone' });
  await notifiedLongAgo(fixture);
  expect(phone(fixture)).toMatch(/no longer stored/u);
  expect(phone(fixture)).not.toContain('disabled');
});

test('a delivery of a route that retention has taken is not turned into its opposite either', async () => {
  await using fixture = await CoreFixture.start();
  const channelId = await fixture.addDesktop({ name: 'Phone' });
  const route = routeInput.parse({ name: 'all', channelIds: [channelId] });
  await fixture.core.routes.collection.create(route, 'test');
  await notifiedLongAgo(fixture);
  expect(phone(fixture)).not.toMatch(/not sent|No matching route/u);
});

test('a channel that was disabled is said to have been, also once it is over', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.addDesktop({ name: 'Phone', enabled: false });
  await fixture.addDesktop({ name: 'Pager' });
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  await fixture.core.alerts.ingest([resolved()]);
  await fixture.quiet();
  expect(phone(fixture)).toBe('The channel was disabled when the alert fired.');
});

test('an alert that a route leads past a channel says that no route leads there, and nothing of the others', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.addDesktop({ name: 'Phone' });
  const pager = await fixture.addDesktop({ name: 'Pager' });
  const route = routeInput.parse({ name: 'all', channelIds: [pager] });
  await fixture.core.routes.collection.create(route, 'test');
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  expect(phone(fixture)).toBe('No matching route includes this channel.');
});

test('a pause is named as what a retry waits for', async () => {
  await using receiver = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  receiver.respond = status(503);
  await fixture.addChannel(receiver.url, undefined, { name: 'Phone' });
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  await fixture.core.pause.begin(HOUR_MS, 'ann');
  await fixture.pass(10 * 60_000);
  expect(receiver.received).toHaveLength(1);
  expect(phone(fixture)).toContain('pause');
});
