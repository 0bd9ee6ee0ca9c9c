import { describe, expect, test } from 'vitest';
import type { FlapPreviewInput } from '../../main/contract/flap-preview.ts';
import { routeInput } from '../../main/contract/route.ts';
import { AlertEventTable } from '../../main/store/alerts/alert-event-table.ts';
import { plansOf } from '../support/query-plans.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

const MINUTE_MS = 60_000;
const FIRING = firing();
const RESOLVED = resolved();

/** A core with one desktop channel, whose sends need no network. */
async function started(): Promise<{ fixture: CoreFixture; channelId: string }> {
  const fixture = await CoreFixture.start();
  const channelId = await fixture.addDesktop();
  return { fixture, channelId };
}

/** Fires and resolves in turn, `times` changes in all, half a minute apart. */
async function flip(fixture: CoreFixture, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await fixture.core.alerts.ingest([n % 2 === 0 ? FIRING : RESOLVED]);
    await fixture.pass(30_000);
  }
}

describe('a condition that changes too often', () => {
  test('sends one notification that it flaps, then nothing, then one with its state when it has settled', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 12);
    expect(fixture.delivered(channelId)).toEqual([
      'raised',
      'resolved',
      'raised',
      'resolved',
      'flapping_started',
    ]);
    await fixture.pass(16 * MINUTE_MS);
    expect(fixture.delivered(channelId).slice(5)).toEqual(['flapping_stopped']);
    expect(fixture.notices.at(-1)?.body).toContain('The alert has settled and is resolved.');
    await flip(fixture, 2);
    expect(fixture.delivered(channelId).slice(6)).toEqual(['raised', 'resolved']);
  });

  test('goes on to open, update and resolve alerts, and shows the changes as evidence', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    await flip(fixture, 7);
    const { alert, flappingEvidence } = fixture.newest();
    expect(alert).toMatchObject({ state: 'open', flapping: true });
    expect(flappingEvidence?.transitions.map(({ to }) => to)).toEqual([
      'firing',
      'resolved',
      'firing',
      'resolved',
      'firing',
      'resolved',
      'firing',
    ]);
    const lastAt = flappingEvidence?.transitions.at(-1)?.at ?? 0;
    expect(flappingEvidence?.settlesAt).toBe(lastAt + 15 * MINUTE_MS);
    expect(fixture.core.alerts.flapping({}).items).toMatchObject([
      { host: 'nas', kind: 'backup_failed', alert: { id: alert.id, state: 'open' } },
    ]);
    await fixture.core.alerts.ingest([RESOLVED]);
    expect(fixture.newest().alert).toMatchObject({ id: alert.id, state: 'resolved' });
  });

  test('that settles as firing counts as notified, so its recovery is sent', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 7);
    await fixture.pass(16 * MINUTE_MS);
    expect(fixture.notices.at(-1)?.body).toContain('still firing (WARNING)');
    await fixture.core.alerts.ingest([RESOLVED]);
    await fixture.quiet();
    expect(fixture.delivered(channelId).slice(-2)).toEqual(['flapping_stopped', 'resolved']);
  });

  test('is unchanged by a restart in the middle, and does not stick', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 6);
    await fixture.restart(MINUTE_MS);
    expect(fixture.newest().alert.flapping).toBe(true);
    await flip(fixture, 2);
    await fixture.pass(16 * MINUTE_MS);
    const notices = fixture.delivered(channelId).filter((event) => event.startsWith('flapping'));
    expect(notices).toEqual(['flapping_started', 'flapping_stopped']);
    expect(fixture.newest().alert.flapping).toBe(false);
    expect(fixture.core.alerts.flapping({}).items).toEqual([]);
  });

  test('needs that many changes within the time window: slower ones are sent each', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    for (let n = 0; n < 8; n++) {
      await fixture.core.alerts.ingest([n % 2 === 0 ? FIRING : RESOLVED]);
      await fixture.pass(76_000);
    }
    expect(fixture.delivered(channelId)).toHaveLength(8);
  });

  test('is not made to flap by reports, severities or a person', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    for (let n = 0; n < 10; n++) await fixture.core.alerts.ingest([FIRING]);
    for (let n = 0; n < 3; n++) {
      await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'resolve' }, 'ann');
      await fixture.core.alerts.ingest([FIRING]);
    }
    expect(fixture.newest().alert.flapping).toBe(false);
  });

  test('leaves nothing waiting behind: what was unsent is superseded', async () => {
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addDesktop({ enabled: true });
    await fixture.core.channels.collection.update({ id: channelId, enabled: false }, 'test');
    await fixture.core.channels.collection.update({ id: channelId, enabled: true }, 'test');
    await fixture.core.pause.begin(60 * MINUTE_MS, 'test');
    await flip(fixture, 9);
    expect(fixture.outbox().filter((row) => row.endsWith('pending'))).toEqual([
      'flapping_started pending',
    ]);
    await fixture.pass(60 * MINUTE_MS);
    expect(fixture.delivered(channelId)).toEqual(['flapping_started', 'flapping_stopped']);
  });

  test('stops when flapping is switched off, and sends its state', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 6);
    await fixture.update({ flappingEnabled: false });
    await fixture.quiet();
    expect(fixture.delivered(channelId).at(-1)).toBe('flapping_stopped');
    await flip(fixture, 6);
    expect(fixture.delivered(channelId).slice(-6)).toEqual([
      'raised',
      'resolved',
      'raised',
      'resolved',
      'raised',
      'resolved',
    ]);
  });

  test('takes its settings from the settings', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await fixture.update({ flappingThreshold: 2, flappingCooldownMinutes: 1 });
    await flip(fixture, 2);
    expect(fixture.delivered(channelId)).toEqual(['raised', 'flapping_started']);
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(channelId)).toEqual([
      'raised',
      'flapping_started',
      'flapping_stopped',
    ]);
  });

  test('does not flap for hours because the clock was set back', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 6);
    fixture.clock.setWallBy(-3 * 60 * MINUTE_MS);
    fixture.core.scheduler.resumed();
    await fixture.pass(16 * MINUTE_MS);
    expect(fixture.delivered(channelId).at(-1)).toBe('flapping_stopped');
  });
});

describe('a condition that a person treats as stable', () => {
  test('settles at once: its channels hear its state, and the audit log who did it', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 7);
    const { id } = fixture.newest().alert;
    const result = await fixture.core.alerts.act(id, { kind: 'settle' }, 'ada');
    expect(result).toMatchObject({ ok: true, value: { id, state: 'open', flapping: false } });
    await fixture.quiet();
    expect(fixture.delivered(channelId).slice(-2)).toEqual([
      'flapping_started',
      'flapping_stopped',
    ]);
    expect(fixture.core.alerts.flapping({}).items).toEqual([]);
    expect(fixture.newest().timeline.at(-1)).toMatchObject({
      type: 'flapping_stopped',
      actor: 'ada',
      detail: 'Treated as stable manually.',
    });
    expect(fixture.audit(id)).toEqual([{ actor: 'ada', action: 'alert.settle' }]);
    await fixture.core.alerts.ingest([RESOLVED]);
    await fixture.quiet();
    expect(fixture.delivered(channelId).at(-1)).toBe('resolved');
  });

  test('is counted from the beginning, and may flap again', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 6);
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'settle' }, 'ada');
    await flip(fixture, 4);
    expect(fixture.newest().alert.flapping).toBe(false);
    await fixture.core.alerts.ingest([FIRING]);
    await fixture.quiet();
    expect(fixture.newest().alert.flapping).toBe(true);
    const notices = fixture.delivered(channelId).filter((event) => event.startsWith('flapping'));
    expect(notices).toEqual(['flapping_started', 'flapping_stopped', 'flapping_started']);
  });

  test('has reminders planned again, and settles once only', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    const reminder = { intervalMs: 5 * MINUTE_MS, max: 1 };
    await fixture.core.routes.collection.create(
      routeInput.parse({ name: 'all', channelIds: [channelId], reminder }),
      'test',
    );
    await flip(fixture, 7);
    const { id } = fixture.newest().alert;
    await fixture.core.alerts.act(id, { kind: 'settle' }, 'ada');
    const again = await fixture.core.alerts.act(id, { kind: 'settle' }, 'ada');
    expect(again).toMatchObject({
      ok: false,
      error: {
        code: 'wrong_state',
        message: 'The alert is not flapping, so it cannot be treated as stable.',
      },
    });
    await fixture.pass(6 * MINUTE_MS);
    await fixture.pass(16 * MINUTE_MS);
    const after = fixture.delivered(channelId);
    expect(after.slice(after.indexOf('flapping_stopped'))).toEqual([
      'flapping_stopped',
      'reminder',
    ]);
  });
});

describe('the preview of other numbers', () => {
  const ask = async (fixture: CoreFixture, input: FlapPreviewInput = {}) => {
    const result = await fixture.core.flapPreview.previewFlapping(input);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };

  test('replays what was stored, and its current numbers are what has happened', async () => {
    const { fixture, channelId } = await started();
    await using _stop = fixture;
    await flip(fixture, 8);
    await fixture.pass(16 * MINUTE_MS);
    await flip(fixture, 6);
    await fixture.pass(16 * MINUTE_MS);
    const other = { host: 'pi' };
    for (const event of [firing(other), resolved(other), firing(other)])
      await fixture.core.alerts.ingest([event]);
    const begun = fixture
      .delivered(channelId)
      .filter((event) => event === 'flapping_started').length;
    const preview = await ask(fixture);
    expect(preview).toMatchObject({ changes: 17, isPartial: false });
    // Of eight changes the first five count, of six as well.
    expect(preview.current).toEqual({ alerts: 1, episodes: begun, held: 4 });
    expect(begun).toBe(2);
    expect(preview.proposed).toEqual(preview.current);
    expect((await ask(fixture, { flappingThreshold: 3 })).proposed).toEqual({
      ...{ alerts: 2, episodes: 3, held: 8 },
    });
    expect((await ask(fixture, { flappingThreshold: 7 })).proposed).toEqual({
      ...{ alerts: 1, episodes: 1, held: 1 },
    });
    expect((await ask(fixture, { flappingWindowSeconds: 60 })).proposed.episodes).toBe(0);
    expect((await ask(fixture, { flappingCooldownMinutes: 60 })).proposed).toEqual({
      ...{ alerts: 1, episodes: 1, held: 9 },
    });
    expect((await ask(fixture, { flappingEnabled: false })).proposed).toEqual({
      ...{ alerts: 0, episodes: 0, held: 0 },
    });
  });

  test('counts neither what a person resolves nor messages, nor what is older than a week', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    await flip(fixture, 6);
    await fixture.pass(8 * 24 * 60 * MINUTE_MS);
    await fixture.core.alerts.ingest([FIRING]);
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'resolve' }, 'ada');
    const preview = await ask(fixture, { flappingThreshold: 2 });
    expect(preview).toMatchObject({ changes: 1, proposed: { alerts: 0 } });
  });

  test('looks at a bounded part of the timeline by its primary key', async () => {
    const { fixture } = await started();
    await using _stop = fixture;
    await flip(fixture, 4);
    const plans = plansOf(fixture.db, (db) => void new AlertEventTable(db).newest(null, 3));
    expect(plans.map(([, steps]) => steps)).toEqual([
      [
        'SEARCH e USING INTEGER PRIMARY KEY (rowid<?)',
        expect.stringMatching(/^SEARCH a USING INDEX .* \(id=\?\)$/),
      ],
    ]);
    const rows = fixture.core.tables.timeline.newest(null, 3);
    expect(rows).toHaveLength(3);
    const before = rows.at(-1)?.id ?? 0;
    expect(fixture.core.tables.timeline.newest(before, 3).every(({ id }) => id < before)).toBe(
      true,
    );
  });
});
