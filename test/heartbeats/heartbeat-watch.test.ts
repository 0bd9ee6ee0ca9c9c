import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { holdWriteLock, passUntil } from '../support/sick-disk.ts';
import { DAY, HOUR, HeartbeatLab, MINUTE } from './heartbeat-lab.ts';

const nightly = {
  schedule: { type: 'cron', expression: '30 3 * * *', timeZone: 'Europe/Berlin' },
} as const;
const everyTenMinutes = {
  schedule: { type: 'period', periodMs: 10 * MINUTE },
  graceMs: 5 * MINUTE,
} as const;

const at = (moment: string) => new FakeClock(Date.parse(moment));

describe('silence', () => {
  test('raises at the moment it is late, and not before', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(DAY + HOUR - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.sentences()).toEqual([
      'firing: No ping in time (interval 1 day). Last ping 1 day, 1 hour ago',
    ]);
    expect(lab.stored(made)).toMatchObject({ state: 'down', lateAt: null });
    expect(lab.types(made)).toEqual(['created', 'succeeded', 'late']);
    await lab.ping(made);
    expect(lab.sentences()[1]).toBe('resolved: Ping received again');
  });

  test('of one that never pinged, or is paused, raises nothing', async () => {
    await using lab = await HeartbeatLab.start();
    await lab.make();
    const paused = await lab.makeUp({ name: 'paused' });
    await lab.service.pause(paused.id, 'test');
    await lab.pass(30 * DAY);
    expect(lab.reported).toEqual([]);
  });

  test('of many is raised in batches, all of it', async () => {
    await using lab = await HeartbeatLab.start();
    for (let n = 0; n < 120; n += 1) {
      void lab.pings.pingOrCreate(
        `job-${n}`,
        { action: 'success', exitStatus: null, runId: null, body: '' },
        'test',
      );
    }
    await lab.settled();
    await lab.pass(DAY + HOUR);
    await lab.pass(MINUTE);
    expect(new Set(lab.reported.map(({ dedupKey }) => dedupKey)).size).toBe(120);
  });

  test('of an agent is fifteen minutes at least', async () => {
    await using lab = await HeartbeatLab.start();
    const schedule = { type: 'period', periodMs: MINUTE } as const;
    await lab.makeUp({ kind: 'agent_offline', schedule, graceMs: MINUTE });
    await lab.pass(15 * MINUTE - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.reported).toMatchObject([{ kind: 'agent_offline', status: 'firing' }]);
  });

  test.for([
    ['spring', '2026-03-28T03:31:00+01:00', '2026-03-29T04:30:00+02:00'],
    ['autumn', '2026-10-24T03:31:00+02:00', '2026-10-25T04:30:00+01:00'],
    ['leap day', '2028-02-28T03:31:00+01:00', '2028-02-29T04:30:00+01:00'],
    ['the day after leap day', '2028-02-29T03:31:00+01:00', '2028-03-01T04:30:00+01:00'],
  ] as const)('of a nightly job by the wall clock, in %s', async ([, heard, late]) => {
    await using lab = await HeartbeatLab.start(at(heard));
    await lab.makeUp(nightly);
    await lab.pass(Date.parse(late) - Date.parse(heard) - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.reported).toHaveLength(1);
  });

  test('that lasts is said again, so that its alert does not expire', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.ping(made, { action: 'fail', body: 'no space left' });
    for (let hours = 0; hours < 24; hours += 1) await lab.pass(HOUR);
    const said = lab.sentences();
    expect(said).toHaveLength(1 + 4);
    expect(new Set(said)).toEqual(new Set(['firing: Reported failure: no space left']));
    // A person ended it: nothing opens it again automatically.
    lab.open.clear();
    for (let hours = 0; hours < 24; hours += 1) await lab.pass(HOUR);
    expect(lab.reported).toHaveLength(said.length);
  });
});

describe('nobody was there to hear', () => {
  test('after a restart with a gap, everything has its grace again and says so', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    const before = lab.stored(made);
    await lab.halt();
    lab.clock.advance(3 * DAY);
    await lab.boot();
    expect(lab.reported).toEqual([]);
    expect(lab.stored(made)).toMatchObject({ lateAt: lab.clock.now() + HOUR });
    expect(lab.timeline(made)[0]).toMatchObject({
      type: 'grace_renewed',
      detail: expect.stringMatching(
        /^Belfry has just started\. Waiting until Jan 18, 2026, .*\.$/,
      ) as string,
      reason: {
        code: 'heartbeat.grace_renewed',
        params: {
          absence: { code: 'absence.started', params: {} },
          until: Date.parse('2026-01-18T13:00:00Z'),
        },
      },
    });
    await lab.pass(HOUR - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.reported).toHaveLength(1);
    expect(before.lastPingAt).toBe(lab.stored(made).lastPingAt);
  });

  test('a run whose end went unheard is not held against the next run', async () => {
    await using lab = await HeartbeatLab.start();
    const [before, after] = [randomUUID(), randomUUID()];
    const made = await lab.makeUp();
    await lab.ping(made, { action: 'start', runId: after });
    await lab.ping(made, { action: 'start', runId: before });
    await lab.halt();
    lab.clock.advance(9 * HOUR);
    await lab.boot();
    await lab.ping(made, { runId: after });
    await lab.pass(DAY);
    expect(lab.reported).toEqual([]);
    expect(lab.stored(made)).toMatchObject({ state: 'up', startedAt: null });
  });

  test('a restart that cost nothing says nothing', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    const before = lab.stored(made);
    await lab.halt();
    lab.clock.advance(MINUTE);
    await lab.boot();
    expect(lab.stored(made)).toEqual(before);
    expect(lab.types(made)).toEqual(['created', 'succeeded']);
  });

  test.for(['the clock shows it', 'the system says it'] as const)(
    'nine hours asleep are no false alarm: %s',
    async (how) => {
      await using lab = await HeartbeatLab.start(at('2026-01-15T22:00:00+01:00'));
      const made = await lab.makeUp(everyTenMinutes);
      const agent = await lab.makeUp({ ...everyTenMinutes, kind: 'agent_offline', name: 'agent' });
      lab.clock.setWallBy(9 * HOUR);
      if (how === 'the system says it') lab.scheduler.resumed();
      await lab.pass(MINUTE);
      expect(lab.reported).toEqual([]);
      expect(lab.timeline(made)[0]?.type).toBe('grace_renewed');
      await lab.pass(4 * MINUTE);
      // Whoever is alive pings within its grace.
      await lab.ping(made);
      await lab.ping(agent);
      await lab.pass(10 * MINUTE);
      expect(lab.reported).toEqual([]);
      expect(lab.stored(made).state).toBe('up');
    },
  );

  test('a clock set back an hour leaves no expectation an hour away', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp(everyTenMinutes);
    await lab.pass(MINUTE);
    lab.clock.setWallBy(-HOUR);
    await lab.pass(MINUTE);
    const noticed = lab.clock.now();
    expect(lab.stored(made)).toMatchObject({
      lastPingAt: noticed,
      expectedAt: noticed + 10 * MINUTE,
      lateAt: noticed + 15 * MINUTE,
    });
    expect(lab.timeline(made)[0]?.detail).toMatch(
      /^The clock was set back by 1 hour\. Waiting until /,
    );
    await lab.pass(15 * MINUTE);
    expect(lab.reported).toHaveLength(1);
  });

  test('a clock set ahead is no silence', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp(everyTenMinutes);
    lab.clock.setWallBy(400 * DAY);
    await lab.pass(MINUTE);
    expect(lab.reported).toEqual([]);
    await lab.pass(5 * MINUTE);
    expect(lab.reported).toHaveLength(1);
    expect(lab.types(made)).toEqual(['created', 'succeeded', 'grace_renewed', 'late']);
  });

  test('nothing is raised before the renewal is written, which waits for the disk', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp(everyTenMinutes);
    {
      using _lock = holdWriteLock(lab.dir);
      // SQLite would wait for a lock that this very thread holds, at each of three hundred tries.
      lab.db.pragma('busy_timeout = 0');
      lab.clock.setWallBy(9 * HOUR);
      lab.scheduler.wake();
      const refused = () => lab.logged.some((line) => line.startsWith('Could not renew'));
      await passUntil(lab.clock, refused, 'the renewal was refused');
      lab.clock.advance(5 * MINUTE);
    }
    const freed = lab.clock.now();
    await lab.pass(2_000);
    expect(lab.reported).toEqual([]);
    const { state, lateAt } = lab.stored(made);
    expect(state).toBe('up');
    expect(lateAt).toBeGreaterThanOrEqual(freed + 5 * MINUTE);
  });

  test('a sleep that is noticed while an alarm waits for its turn stops it', async () => {
    await using lab = await HeartbeatLab.start();
    await lab.makeUp(everyTenMinutes);
    lab.clock.advance(15 * MINUTE);
    lab.scheduler.resumed();
    await lab.settled();
    expect(lab.reported).toEqual([]);
    await lab.pass(5 * MINUTE);
    expect(lab.reported).toHaveLength(1);
  });
});
