import { describe, expect, test } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { TOUCHES_KEPT_MS } from '../../main/store/alerts/pending-touches.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const RESOLVE_TIMEOUT_MS = 300_000;

const written = (fixture: CoreFixture) =>
  fixture.db.value<number>('SELECT occurrences FROM alerts ORDER BY seq DESC LIMIT 1');

const writes = (fixture: CoreFixture) => fixture.db.value<number>('SELECT total_changes()');

/** An alert that was raised, and reported twice more within the time for which touches stay in memory. */
async function repeated(over: (now: number) => Partial<ConditionEvent> = () => ({})) {
  const fixture = await CoreFixture.start();
  const report = (change: Partial<ConditionEvent> = {}) =>
    fixture.core.alerts.ingest([firing({ ...over(fixture.clock.now()), ...change })]);
  await report();
  await fixture.quiet();
  for (let n = 0; n < 2; n++) {
    fixture.clock.advance(1_000);
    expect(await report()).toMatchObject([{ action: 'touched' }]);
  }
  return { fixture, report };
}

describe('reports that only repeat an open alert', () => {
  test('are shown at once, and written together a moment later', async () => {
    const { fixture } = await repeated();
    await using _stop = fixture;
    const { id, startedAt } = fixture.newest().alert;
    expect(written(fixture)).toBe(1);
    expect(fixture.newest().alert).toMatchObject({ occurrences: 3, lastSeenAt: startedAt + 2_000 });
    const listed = fixture.core.alerts.list({ limit: 10, state: ['open'] });
    expect(listed).toMatchObject({ value: { items: [{ id, occurrences: 3 }] } });
    await fixture.pass(TOUCHES_KEPT_MS);
    expect(written(fixture)).toBe(3);
    expect(fixture.newest().alert).toMatchObject({ occurrences: 3, lastSeenAt: startedAt + 2_000 });
  });

  test('commit nothing', async () => {
    const { fixture, report } = await repeated();
    await using _stop = fixture;
    const before = [writes(fixture), fixture.core.writer.lastCommit()];
    await report();
    expect([writes(fixture), fixture.core.writer.lastCommit()]).toEqual(before);
  });

  test('are written at once when the last one that was is not recent', async () => {
    const { fixture, report } = await repeated();
    await using _stop = fixture;
    await fixture.pass(MINUTE_MS);
    await report();
    expect(written(fixture)).toBe(4);
  });

  test.each<[string, Partial<ConditionEvent>]>([
    ['message', { message: 'still no space' }],
    ['severity', { severity: 'critical' }],
    ['labels', { labels: { disk: 'b' } }],
    ['annotations', { annotations: { runbook: 'b' } }],
    ['link', { url: 'http://nas/' }],
  ])('are written with one that changes the %s', async (_what, change) => {
    const { fixture, report } = await repeated();
    await using _stop = fixture;
    await report(change);
    expect(written(fixture)).toBe(4);
    expect(fixture.newest().alert).toMatchObject(change);
  });

  test('are written before somebody acknowledges the alert, and count in what is sent of its end', async () => {
    const { fixture, report } = await repeated();
    await using _stop = fixture;
    await fixture.addDesktop();
    const { id } = fixture.newest().alert;
    await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann');
    expect(written(fixture)).toBe(3);
    await report();
    const [end] = await fixture.core.alerts.ingest([resolved()]);
    expect(end).toMatchObject({ action: 'resolved' });
    expect(written(fixture)).toBe(4);
    expect(fixture.newest().alert).toMatchObject({ state: 'resolved', occurrences: 4 });
  });

  test('are undone with the work that they are part of', async () => {
    const { fixture } = await repeated();
    await using _stop = fixture;
    const { alerts, writer } = fixture.core;
    const failed = writer.submit((unit) => {
      alerts.ingestReportIn(unit, [firing()], []);
      expect(fixture.newest().alert.occurrences).toBe(4);
      throw new Error('refused');
    });
    await expect(failed).rejects.toThrow('refused');
    expect(alerts.get(fixture.newest().alert.id)?.occurrences).toBe(3);
  });

  test('keep an alert open whose written end has passed meanwhile', async () => {
    const { fixture } = await repeated((now) => ({ endsAt: now + 2_500 }));
    await using _stop = fixture;
    await fixture.pass(1_000);
    expect(fixture.newest().alert.state).toBe('open');
    await fixture.pass(2_000);
    expect(fixture.newest().alert.state).toBe('resolved');
  });

  test('are written when it stops', async () => {
    const { fixture } = await repeated();
    await using _stop = fixture;
    for (const service of [...fixture.core.services].reverse()) await service.stop();
    expect(written(fixture)).toBe(3);
  });

  test('are written when the clock is set back', async () => {
    const { fixture } = await repeated();
    await using _stop = fixture;
    fixture.clock.setWallBy(-DAY_MS);
    fixture.core.scheduler.resumed();
    await fixture.quiet();
    expect(written(fixture)).toBe(3);
  });
});

describe('a crash that forgets repeated reports', () => {
  test('forgets a count and a moment, and nothing else', async () => {
    const { fixture, report } = await repeated();
    await using _stop = fixture;
    const { id } = fixture.newest().alert;
    await fixture.restart();
    expect(fixture.newest().alert).toMatchObject({ id, state: 'open', occurrences: 1 });
    expect(await report()).toMatchObject([{ action: 'touched' }]);
    expect(fixture.newest().alert.occurrences).toBe(2);
  });

  test('ends no alert before the end that its last report carried', async () => {
    const { fixture } = await repeated((now) => ({
      occurredAt: 0,
      firesNow: true,
      endsAt: now + RESOLVE_TIMEOUT_MS,
    }));
    await using _stop = fixture;
    const { endsAt } = fixture.newest().alert;
    expect(written(fixture)).toBe(1);
    await fixture.restart();
    fixture.clock.advance((endsAt ?? 0) - 1 - fixture.clock.now());
    await fixture.quiet();
    expect(fixture.newest().alert.state).toBe('open');
    await fixture.pass(1_000);
    expect(fixture.newest().alert.state).toBe('resolved');
  });

  test.each<[string, (now: number) => Partial<ConditionEvent>]>([
    ['an end beyond what a start postpones', (now) => ({ endsAt: now + DAY_MS })],
    ['no end where there was one', () => ({ endsAt: null })],
    ['an earlier end', (now) => ({ endsAt: now + MINUTE_MS })],
  ])('does not forget %s', async (_what, later) => {
    const { fixture, report } = await repeated((now) => ({ endsAt: now + RESOLVE_TIMEOUT_MS }));
    await using _stop = fixture;
    await report(later(fixture.clock.now()));
    expect(written(fixture)).toBe(4);
  });

  test('does not forget that the condition fires again, by its sender, since an end still on its way', async () => {
    const { fixture, report } = await repeated((now) => ({ occurredAt: now - 3_600_000 }));
    await using _stop = fixture;
    await report({ occurredAt: fixture.clock.now() });
    expect(written(fixture)).toBe(4);
    await fixture.restart();
    const end = resolved({ occurredAt: fixture.clock.now() - MINUTE_MS });
    expect(await fixture.core.alerts.ingest([end])).toMatchObject([{ action: 'ignored' }]);
  });

  test('expires no alert early that was reported just before', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.update({ maxAlertAgeDays: 1, autoAcknowledgeAfterHours: 0 });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    fixture.clock.advance(TOUCHES_KEPT_MS - 1);
    await fixture.core.alerts.ingest([firing()]);
    const reportedAt = fixture.clock.now();
    expect(written(fixture)).toBe(1);
    // The last write shows until when Belfry could hear.
    await fixture.core.alerts.ingest([firing({ dedupKey: 'another' })]);
    await fixture.restart();
    const unseenFrom =
      fixture.db.value<number>("SELECT unseen_from FROM alerts WHERE dedup_key = ''") ?? 0;
    expect(unseenFrom).toBeGreaterThanOrEqual(reportedAt);
  });
});
