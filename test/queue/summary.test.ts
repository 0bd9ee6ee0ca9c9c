import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';
import { addDead, ended, good, tally } from './dead-letters-lab.ts';

describe('a summary of dead letters', () => {
  test('is one message for each channel; every dead letter keeps its row and its attempt', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const one = await fixture.addChannel(receiver.url, EXACT);
    const other = await fixture.addChannel(`${receiver.url}/other`, EXACT);
    const [id = ''] = addDead(fixture, { channelId: one, count: 450 });
    addDead(fixture, { channelId: other, count: 3 });
    addDead(fixture, { channelId: other, count: 2, isOpen: false });
    const job = good(await fixture.core.bulk.requeue({ filter: {}, asSummary: true }, 'ann'));
    expect(job).toMatchObject({ action: 'summarise', total: 453, skipped: 2 });
    await ended(fixture, job.id);
    await until(() => tally(fixture)['sent'] === 453, 'all of them are sent');
    expect(tally(fixture)).toEqual({ dead: 2, sent: 453 });
    expect(receiver.received).toHaveLength(2);
    const sizes = receiver.webhooks().map(({ data }) => data.alerts?.length);
    expect(sizes.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([3, 450]);
    expect(receiver.webhooks()[0]?.data.text).toContain('could not be delivered earlier');
    const detail = good(fixture.core.notifications.detail(id));
    expect(detail).toMatchObject({ status: 'sent', requeuedBy: 'ann' });
    expect(detail.attempts).toMatchObject([{ budget: 2, outcome: 'sent' }]);
  });

  test('has no test in it, since what a test leads looks like one', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    await fixture.core.notifications.test(channelId, 'ann');
    await fixture.statusesBecome('dead');
    addDead(fixture, { channelId, count: 2 });
    receiver.respond = status(204);
    await fixture.core.bulk.requeue({ filter: {}, asSummary: true }, 'ann');
    await fixture.statusesBecome('sent', 'sent', 'sent');
    const [, ...messages] = receiver.webhooks();
    const shown = messages.map(({ type, data }) => `${type} of ${data.alerts?.length ?? 1}`);
    expect(shown.toSorted()).toEqual(['alert.raised of 2', 'alert.test of 1']);
  });

  test('that fails leaves every one of them a dead letter again', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(400);
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    addDead(fixture, { channelId, count: 30 });
    const job = good(await fixture.core.bulk.requeue({ filter: {}, asSummary: true }, 'ann'));
    await ended(fixture, job.id);
    await until(() => receiver.received.length === 1, 'the summary is tried');
    await until(() => tally(fixture)['dead'] === 30, 'all of them are dead');
    expect(tally(fixture)).toEqual({ dead: 30 });
  });

  test('of more than a message can hold becomes several', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    addDead(fixture, { channelId, count: 1_500 });
    const preview = good(await fixture.core.deadLetters.preview({ filter: {} }));
    expect(preview).toEqual({
      ...{ total: 1_500, skipped: 0, summaries: 2 },
      channels: [{ channelId, count: 1_500 }],
    });
    const job = good(await fixture.core.bulk.requeue({ filter: {}, asSummary: true }, 'ann'));
    await ended(fixture, job.id);
    await until(() => tally(fixture)['sent'] === 1_500, 'all of them are sent');
    expect(receiver.received).toHaveLength(2);
  });

  test('that a crash cut off is completed after the start, and sent once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    addDead(fixture, { channelId, count: 900 });
    const { id } = good(await fixture.core.bulk.requeue({ filter: {}, asSummary: true }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 200, 'a batch');
    await fixture.crash();
    expect(receiver.received).toHaveLength(0);
    fixture.open();
    await fixture.run();
    await ended(fixture, id);
    await until(() => tally(fixture)['sent'] === 900, 'all of them are sent');
    expect(receiver.received).toHaveLength(1);
  });
});
