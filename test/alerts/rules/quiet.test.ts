/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../main/contract/timeline.ts';
import { CoreFixture, firing, resolved } from '../../support/core-fixture.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { momentText } from '../../support/sentences.ts';
import { HOUR_MS, ONE, REASONS, SOURCE, inhibit, silence, valueOf } from './quiet-reasons.ts';

const MINUTE_MS = 60_000;

const outbox = (fixture: CoreFixture) =>
  fixture.core.notifications
    .list({ page: 1, per_page: 50 })
    .data.filter(({ alert }) => alert.host === 'nas')
    .toReversed();

/** Returns the delivered events of the NAS's alerts; ignores a source's own notifications. */
const delivered = (fixture: CoreFixture): string[] =>
  outbox(fixture)
    .filter(({ status: word }) => word === 'sent')
    .map(({ event }) => event);

const nas = (fixture: CoreFixture) => {
  const page = valueOf(fixture.core.alerts.list({ limit: 50, host: 'nas' }));
  const found = fixture.core.alerts.detail(page.items[0]?.id ?? '');
  if (!found) throw new Error('There is no alert of the NAS');
  return found;
};

function explained(fixture: CoreFixture): Pick<Explanation, 'verdict' | 'sentence'> {
  const [one] = fixture.explanations(nas(fixture).alert.id);
  if (!one) throw new Error('There is no channel');
  return { verdict: one.verdict, sentence: one.sentence };
}

const details = (fixture: CoreFixture, type: 'held' | 'dropped'): string[] =>
  nas(fixture)
    .timeline.filter((row) => row.type === type)
    .map(({ detail }) => detail);

async function started(): Promise<CoreFixture> {
  const fixture = await CoreFixture.start();
  await fixture.addDesktop({ name: 'Phone' });
  return fixture;
}

describe.each(Object.entries(REASONS))('%s', (_name, reason) => {
  test('holds what is raised meanwhile, says why, and sends it at the end', async () => {
    await using fixture = await started();
    await reason.begin(fixture);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(59 * MINUTE_MS);
    expect(delivered(fixture)).toEqual([]);
    expect(details(fixture, 'held')).toEqual([`Phone: on hold. ${reason.why}.`]);
    expect(explained(fixture)).toEqual({
      verdict: 'waiting',
      sentence: `“Firing” is on hold: ${reason.why}.`,
    });
    await reason.end(fixture, 59 * MINUTE_MS);
    expect(delivered(fixture)).toEqual(['raised']);
    expect(explained(fixture)).toEqual({
      verdict: 'notified',
      sentence: `“Firing” sent at ${momentText(ONE)}.`,
    });
  });

  test('says nothing of what came and went meanwhile, and notes that', async () => {
    await using fixture = await started();
    await reason.begin(fixture);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest([resolved()]);
    await reason.end(fixture, MINUTE_MS);
    await fixture.pass(HOUR_MS);
    expect(delivered(fixture)).toEqual([]);
    expect(outbox(fixture).map(({ event }) => event)).toEqual(['raised']);
    expect(details(fixture, 'dropped')).toEqual([
      `Phone: Not sent: the alert resolved while its notification was on hold (${reason.why}).`,
    ]);
    expect(explained(fixture)).toEqual({
      verdict: 'not_notified',
      sentence: `“Firing” not sent: replaced by a newer update while on hold (${reason.why}).`,
    });
  });

  test('holds the recovery of what was sent before, and sends it at the end', async () => {
    await using fixture = await started();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await reason.begin(fixture);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.pass(59 * MINUTE_MS);
    expect(delivered(fixture)).toEqual(['raised']);
    expect(explained(fixture).sentence).toMatch(/^“Firing” sent at .* “Resolved” is on hold/u);
    await reason.end(fixture, 59 * MINUTE_MS);
    expect(delivered(fixture)).toEqual(['raised', 'resolved']);
  });

  test('of recovery and relapse tells both at the end, in their order', async () => {
    await using fixture = await started();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await reason.begin(fixture);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest([firing()]);
    await reason.end(fixture, MINUTE_MS);
    expect(delivered(fixture)).toEqual(['raised', 'resolved', 'raised']);
  });

  test('that begins while a retry waits holds the retry, spends no attempt and keeps its key', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    receiver.respond = (response, { body }) =>
      response.writeHead(body.includes('ups_on_battery') ? 204 : 503).end();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await reason.begin(fixture);
    await fixture.pass(30 * MINUTE_MS);
    expect(outbox(fixture)).toMatchObject([{ status: 'failed', retryCount: 1 }]);
    receiver.respond = status(204);
    await reason.end(fixture, 30 * MINUTE_MS);
    expect(outbox(fixture)).toMatchObject([{ status: 'sent', retryCount: 1 }]);
    const ofNas = receiver.received.filter(({ body }) => body.includes('"host":"nas"'));
    const keys = ofNas.map(({ headers }) => headers['webhook-id']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  test('that is ended early lets go at once', async () => {
    await using fixture = await started();
    const endEarly = await reason.begin(fixture);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(MINUTE_MS);
    expect(delivered(fixture)).toEqual([]);
    await endEarly();
    await fixture.quiet();
    expect(delivered(fixture)).toEqual(['raised']);
  });

  test('outlives a restart in its middle, and one over its end', async () => {
    await using fixture = await started();
    await reason.begin(fixture);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.restart(10 * MINUTE_MS);
    await fixture.pass(10 * MINUTE_MS);
    expect(delivered(fixture)).toEqual([]);
    expect(nas(fixture).alert.mutedBy).not.toBeNull();
    await fixture.core.alerts.ingest([firing({ dedupKey: 'second' })]);
    await fixture.restart(40 * MINUTE_MS);
    await reason.end(fixture, HOUR_MS);
    expect(delivered(fixture)).toEqual(['raised', 'raised']);
    expect(nas(fixture).alert.mutedBy).toBeNull();
  });
});

describe('silences that overlap', () => {
  test('hold until the last of them ends, whichever was first', async () => {
    await using fixture = await started();
    const now = fixture.clock.now();
    await silence(fixture, { endsAt: now + HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(30 * MINUTE_MS);
    await silence(fixture, { endsAt: now + 2 * HOUR_MS });
    await fixture.pass(89 * MINUTE_MS);
    expect(delivered(fixture)).toEqual([]);
    expect(details(fixture, 'held')).toEqual([
      `Phone: on hold. Silence “new disk” by ann until ${momentText(ONE)}.`,
      `Phone: on hold. Silence “new disk” by ann until ${momentText('2026-01-15T14:00:00Z')}.`,
    ]);
    await fixture.pass(MINUTE_MS);
    expect(delivered(fixture)).toEqual(['raised']);
  });

  test('hold on when the longer one is ended, until the other ends too', async () => {
    await using fixture = await started();
    const now = fixture.clock.now();
    await silence(fixture, { endsAt: now + HOUR_MS });
    const longer = await silence(fixture, { endsAt: now + 2 * HOUR_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.silences.expire(longer.id, 'ann');
    await fixture.pass(HOUR_MS - 1);
    expect(delivered(fixture)).toEqual([]);
    await fixture.pass(1);
    expect(delivered(fixture)).toEqual(['raised']);
  });
});

describe('an inhibition', () => {
  test.each([
    ['source first', [firing(SOURCE), firing()]],
    ['target first', [firing(), firing(SOURCE)]],
  ])('counts within one batch, %s', async (_order, batch) => {
    await using fixture = await started();
    await inhibit(fixture);
    await fixture.core.alerts.ingest(batch);
    await fixture.quiet();
    expect(delivered(fixture)).toEqual([]);
    await fixture.core.alerts.ingest([resolved(SOURCE)]);
    await fixture.quiet();
    expect(delivered(fixture)).toEqual(['raised']);
  });

  test('says nothing of a target that ends together with its source', async () => {
    await using fixture = await started();
    await inhibit(fixture);
    await fixture.core.alerts.ingest([firing(SOURCE), firing()]);
    await fixture.quiet();
    await fixture.core.alerts.ingest([resolved(SOURCE), resolved()]);
    await fixture.pass(HOUR_MS);
    expect(delivered(fixture)).toEqual([]);
  });
});
