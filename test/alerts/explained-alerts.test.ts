import { expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { momentText } from '../support/sentences.ts';

const HOUR_MS = 3_600_000;

const said = (fixture: CoreFixture, name: string, id?: string): string =>
  fixture.explanations(id).find(({ channelName }) => channelName === name)?.sentence ?? '';
const phone = (fixture: CoreFixture): string => said(fixture, 'Phone');

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

test('a flapping alert names what each channel knows, and blames flapping for no channel that no route includes', async () => {
  await using fixture = await CoreFixture.start();
  const channelIds = [await fixture.addDesktop({ name: 'Phone' })];
  await fixture.addDesktop({ name: 'Mail' });
  channelIds.push(await fixture.addDesktop({ name: 'Old pager', enabled: false }));
  const boss = await fixture.addDesktop({ name: 'Boss' });
  const escalation = [{ afterMs: HOUR_MS, channelIds: [boss] }];
  const route = routeInput.parse({ name: 'all', channelIds, escalation });
  await fixture.core.routes.collection.create(route, 'test');
  const startedSentence =
    /^“Flapping started” sent at .*[^.]\. “Firing” not sent: the alert is flapping\.$/u;
  const raised: string[] = [];
  for (let n = 0; n < 9; n++) {
    await fixture.core.alerts.ingest([n % 2 === 0 ? firing() : resolved()]);
    await fixture.pass(1_000);
    const { alert } = fixture.newest();
    if (alert.state !== 'open' || !alert.flapping) continue;
    raised.push(alert.id);
    expect(said(fixture, 'Mail')).toBe('No matching route includes this channel.');
    expect(said(fixture, 'Old pager')).toMatch(/^“Firing” not sent: /u);
    expect(said(fixture, 'Boss')).toBe(
      'Only an escalation step includes this channel, and it was not reached.',
    );
    expect(phone(fixture)).toMatch(startedSentence);
  }
  expect(raised).toHaveLength(3);
  expect(phone(fixture)).toMatch(startedSentence);
  expect(said(fixture, 'Phone', raised[0])).toMatch(/^“Flapping started” sent at/u);
  await fixture.core.alerts.act(raised.at(-1) ?? '', { kind: 'settle' }, 'ann');
  await fixture.quiet();
  expect(phone(fixture)).toMatch(/^“Flapping stopped” sent at/u);
  expect(said(fixture, 'Mail')).toBe('No matching route includes this channel.');
});

test('a channel of a step that is to come is said to be notified then, until somebody acknowledges', async () => {
  await using fixture = await CoreFixture.start();
  const phoneId = await fixture.addDesktop({ name: 'Phone' });
  const [pager, boss] = [
    await fixture.addDesktop({ name: 'Pager' }),
    await fixture.addDesktop({ name: 'Boss' }),
  ];
  const escalation = [
    { afterMs: HOUR_MS, channelIds: [pager] },
    { afterMs: 3 * HOUR_MS, channelIds: [pager, boss] },
  ];
  const route = routeInput.parse({ name: 'all', channelIds: [phoneId], escalation });
  await fixture.core.routes.collection.create(route, 'test');
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  const raisedAt = fixture.newest().raisedAt;
  const step = (number: number, hours: number) =>
    `Notified at ${momentText(raisedAt + hours * HOUR_MS)} unless someone acknowledges first: step ${number} of 2 of the route “all”.`;
  expect([said(fixture, 'Pager'), said(fixture, 'Boss')]).toEqual([step(1, 1), step(2, 3)]);
  await fixture.pass(HOUR_MS);
  expect(said(fixture, 'Pager')).toMatch(/^“Escalated” sent/u);
  expect(said(fixture, 'Boss')).toBe(step(2, 3));
  await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'acknowledge' }, 'ann');
  expect(said(fixture, 'Boss')).toBe(
    'Only an escalation step includes this channel, and it was not reached.',
  );
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
