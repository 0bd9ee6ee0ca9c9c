import { describe, expect, test } from 'vitest';
import { HOUR, HeartbeatLab, DAY, MINUTE } from './heartbeat-lab.ts';

const RUN = '0b8a1f4e-9a3f-4a6e-8a53-2f0b8d6f7c11';
const OTHER_RUN = 'c2a9e0a4-6d0e-4c62-9b6a-0d9d4b7f3e55';

describe('a ping', () => {
  test('of success makes it up and expects the next', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    expect(made).toMatchObject({ state: 'new', expectedAt: null, lateAt: null, lastPingAt: null });
    await lab.ping(made, { body: 'all is well' });
    const now = lab.clock.now();
    expect(lab.stored(made)).toMatchObject({
      state: 'up',
      lastPingAt: now,
      expectedAt: now + DAY,
      lateAt: now + DAY + HOUR,
    });
    expect(lab.timeline(made)[0]).toMatchObject({ type: 'succeeded', detail: 'all is well' });
    expect(lab.reported).toEqual([]);
  });

  test('of failure raises at once, with exit status and the last line of its log', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp({ host: 'nas', severity: 'critical' });
    await lab.ping(made, {
      action: 'fail',
      exitStatus: 3,
      body: '\nscanning\n  Fatal: repository is locked\n',
    });
    expect(lab.stored(made)).toMatchObject({ state: 'down', lateAt: null });
    expect(lab.reported).toMatchObject([
      {
        source: 'heartbeat',
        host: 'nas',
        kind: 'stale_schedule',
        dedupKey: made.id,
        status: 'firing',
        severity: 'critical',
        message: 'Reported failure: exit status 3: Fatal: repository is locked',
        occurredAt: null,
        endsAt: null,
      },
    ]);
    await lab.ping(made, { action: 'fail' });
    expect(lab.sentences()[1]).toBe('firing: Reported failure');
    await lab.ping(made);
    expect(lab.sentences()[2]).toBe('resolved: Ping received again');
    expect(lab.stored(made).state).toBe('up');
    await lab.ping(made);
    expect(lab.reported).toHaveLength(3);
  });

  test('of a log is kept and changes nothing', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(MINUTE);
    const before = lab.stored(made);
    await lab.ping(made, { action: 'log', body: 'half way' });
    expect(lab.stored(made)).toEqual(before);
    expect(lab.timeline(made)[0]).toMatchObject({ type: 'logged', detail: 'half way' });
  });

  test('ends a pause; a start does so as new', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.service.pause(made.id, 'test');
    await lab.ping(made, { action: 'log' });
    expect(lab.stored(made).state).toBe('paused');
    await lab.ping(made, { action: 'start' });
    expect(lab.stored(made)).toMatchObject({ state: 'new', startedAt: lab.clock.now() });
    await lab.service.pause(made.id, 'test');
    expect(lab.stored(made)).toMatchObject({ state: 'paused', startedAt: null, lateAt: null });
    await lab.ping(made);
    expect(lab.stored(made).state).toBe('up');
  });

  test('keeps the first quarter and the end of a log beyond 10,000 characters', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    await lab.ping(made, { body: '💾'.repeat(6_000) + '\ud800' });
    const [{ detail } = { detail: '' }] = lab.timeline(made);
    expect(detail.length).toBeGreaterThan(9_990);
    expect(detail.length).toBeLessThanOrEqual(10_000);
    expect(detail).toMatch(/^(?:💾){1248}\n… \(cut\) …\n(?:💾){3744,}\uFFFD$/u);
  });

  test('quotes in the alert what a failure said last', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    const lines = Array.from({ length: 1_400 }, (_, n) => `repo: U /srv/photos/${n}.jpg`);
    const body = ['...', ...lines, 'repo: the repository is locked', '', '-'.repeat(40)].join('\n');
    await lab.ping(made, { action: 'fail', exitStatus: 2, body });
    expect(lab.reported[0]?.message).toBe(
      'Reported failure: exit status 2: repo: the repository is locked',
    );
    expect(lab.timeline(made)[0]?.detail).toMatch(/^\.\.\.\n[^]*the repository is locked\n/);
    await lab.ping(made, { action: 'fail', body: 'x'.repeat(10_000) });
    expect(lab.reported[1]?.message).toMatch(/^Reported failure: x+\n… \(cut\) …\nx+$/);
    expect(lab.reported[1]?.message.length).toBeLessThan(1_100);
  });

  test('pushes the oldest out: a timeline keeps a hundred', async () => {
    await using lab = await HeartbeatLab.start();
    const [made, other] = [await lab.make(), await lab.make({ name: 'other' })];
    const log = { action: 'log', exitStatus: null, runId: null } as const;
    for (let n = 1; n <= 120; n += 1) {
      void lab.pings.ping({ slug: made.slug }, { ...log, body: String(n) });
    }
    await lab.settled();
    const details = lab.timeline(made).map(({ detail }) => detail);
    expect(details).toHaveLength(100);
    expect([details[0], details.at(-1)]).toEqual(['120', '21']);
    expect(lab.types(other)).toEqual(['created']);
  });
});

describe('a run', () => {
  test('is measured from its start to its end', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    await lab.ping(made, { action: 'start' });
    expect(lab.stored(made)).toMatchObject({ state: 'new', startedAt: lab.clock.now() });
    await lab.pass(5 * MINUTE);
    await lab.ping(made);
    expect(lab.stored(made)).toMatchObject({ startedAt: null, lastDurationMs: 5 * MINUTE });
    expect(lab.timeline(made)[0]?.durationMs).toBe(5 * MINUTE);
    await lab.ping(made);
    expect(lab.stored(made).lastDurationMs).toBe(null);
  });

  test('is known by its id among others that overlap', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    await lab.ping(made, { action: 'start', runId: RUN });
    await lab.pass(MINUTE);
    await lab.ping(made, { action: 'start', runId: OTHER_RUN });
    await lab.pass(MINUTE);
    await lab.ping(made, { runId: RUN });
    expect(lab.timeline(made)[0]).toMatchObject({ runId: RUN, durationMs: 2 * MINUTE });
    expect(lab.stored(made).startedAt).toBe(lab.clock.now() - MINUTE);
    await lab.pass(MINUTE);
    await lab.ping(made, { action: 'fail', exitStatus: 1, runId: OTHER_RUN });
    expect(lab.timeline(made)[0]).toMatchObject({ exitStatus: 1, durationMs: 2 * MINUTE });
    expect(lab.stored(made).startedAt).toBe(null);
  });

  test('without an id is not measured from a start with one', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    await lab.ping(made, { action: 'start' });
    await lab.pass(MINUTE);
    await lab.ping(made, { action: 'start', runId: RUN });
    await lab.pass(MINUTE);
    await lab.ping(made);
    expect(lab.stored(made)).toMatchObject({ startedAt: null, lastDurationMs: 2 * MINUTE });
  });

  test('that does not finish within the grace is late, even the very first', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    await lab.ping(made, { action: 'start' });
    await lab.pass(HOUR - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.sentences()).toEqual(['firing: Started 1 hour ago and has not finished']);
    expect(lab.stored(made)).toMatchObject({ state: 'down', startedAt: null });
    await lab.pass(HOUR);
    await lab.ping(made);
    expect(lab.sentences()[1]).toBe('resolved: Succeeded again, took 2 hours');
  });

  test('that begins within the grace has its own grace', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(DAY + HOUR - MINUTE);
    await lab.ping(made, { action: 'start' });
    await lab.pass(HOUR - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.reported).toHaveLength(1);
  });

  test('that is started over and over is late all the same', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    const first = lab.clock.now();
    while (lab.reported.length === 0 && lab.clock.now() < first + 3 * DAY) {
      await lab.ping(made, { action: 'start' });
      await lab.pass(30 * MINUTE);
    }
    expect(lab.clock.now()).toBe(first + DAY + 2 * HOUR);
  });

  test('of one that is down changes nothing until it went well', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.ping(made, { action: 'fail' });
    await lab.ping(made, { action: 'start' });
    expect(lab.stored(made)).toMatchObject({ state: 'down', startedAt: lab.clock.now() });
    await lab.pass(2 * HOUR);
    expect(lab.reported).toHaveLength(1);
  });
});

describe('a heartbeat that its ping makes', () => {
  const ping = { action: 'success', exitStatus: null, runId: null, body: '' } as const;

  test('has a day and an hour', async () => {
    await using lab = await HeartbeatLab.start();
    expect(await lab.pings.pingOrCreate('nas-backup', ping, 'token:nas')).toEqual({
      outcome: 'created',
    });
    expect(await lab.pings.pingOrCreate('nas-backup', ping, 'token:nas')).toEqual({
      outcome: 'pinged',
    });
    expect(lab.service.collection.list()).toMatchObject([
      {
        name: 'nas-backup',
        slug: 'nas-backup',
        host: 'nas-backup',
        state: 'up',
        schedule: { type: 'period', periodMs: DAY },
        graceMs: HOUR,
      },
    ]);
    expect(lab.types(lab.service.collection.list()[0] ?? { id: '' })).toEqual([
      'created',
      'succeeded',
      'succeeded',
    ]);
  });

  test('is refused for a slug that is none', async () => {
    await using lab = await HeartbeatLab.start();
    const answer = await lab.pings.pingOrCreate('no spaces', ping, 'token:nas');
    expect(answer).toMatchObject({ outcome: 'refused', failure: { code: 'invalid_input' } });
    expect(lab.service.collection.list()).toEqual([]);
  });
});
