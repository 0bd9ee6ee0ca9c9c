import { describe, expect, test } from 'vitest';
import type { ParsedInput } from '../../main/contract/methods.ts';
import { maintenanceInput } from '../../main/contract/suppression.ts';
import { failed } from '../../main/channels/refusal.ts';
import { sent } from '../../main/domain/outcome.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What is given of a window besides its channels; the rest has its default. */
type Part = Partial<ParsedInput<'maintenance.create'>>;

class Lab implements AsyncDisposable {
  readonly fixture: CoreFixture;
  readonly phone: string;
  readonly desk: string;
  readonly startedAt: number;

  private constructor(fixture: CoreFixture, phone: string, desk: string) {
    this.fixture = fixture;
    this.phone = phone;
    this.desk = desk;
    this.startedAt = fixture.clock.now();
  }

  static async start(): Promise<Lab> {
    const fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop({ name: 'Phone' });
    const desk = await fixture.addDesktop({ name: 'Desk' });
    return new Lab(fixture, phone, desk);
  }

  /** Adds a window that is on for an hour, an hour from now. Returns its id. */
  async plan(part: Part = {}): Promise<string> {
    const [startsAt, endsAt] = [this.startedAt + HOUR_MS, this.startedAt + 2 * HOUR_MS];
    const once = { type: 'once', startsAt, endsAt } as const;
    const window = { name: 'Upgrade', announceTo: [this.phone], schedule: once, ...part };
    const made = await this.fixture.core.maintenance.collection.create(
      maintenanceInput.parse(window),
      'ann',
    );
    if (!made.ok) throw new Error(made.error.message);
    await this.fixture.quiet();
    return made.value.id;
  }

  async change(id: string, part: Part): Promise<void> {
    const shown = this.fixture.core.maintenance.collection.get(id);
    if (!shown.ok) throw new Error(shown.error.message);
    const {
      activeUntil: _,
      nextStartsAt: __,
      createdAt: ___,
      updatedAt: ____,
      ...input
    } = shown.value;
    await this.fixture.core.maintenance.collection.update({ ...input, ...part }, 'ann');
    await this.fixture.quiet();
  }

  /** The first words of every announcement that was shown, oldest first. */
  said(): string[] {
    return this.fixture.notices.map(({ title, body }) => `${title}: ${body.split('.')[0] ?? ''}`);
  }

  audited(): string[] {
    return this.fixture.db.values("SELECT action FROM audit_log WHERE actor = 'belfry'");
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.fixture[Symbol.asyncDispose]();
  }
}

const BEGAN = 'Upgrade: Maintenance has begun';
const LATE = /^Upgrade: Maintenance has been on since/;
const ENDED = /^Upgrade: Maintenance ended at/;

describe('maintenance', () => {
  test('is announced when it begins and when it ends, to its channels alone', async () => {
    await using lab = await Lab.start();
    const { fixture, phone, desk } = lab;
    await lab.plan();
    await fixture.pass(HOUR_MS - 1);
    expect(lab.said()).toEqual([]);
    await fixture.pass(1);
    expect(lab.said()).toEqual([BEGAN]);
    await fixture.pass(HOUR_MS);
    expect(lab.said()).toEqual([BEGAN, expect.stringMatching(ENDED)]);
    await fixture.pass(3 * DAY_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised']);
    expect(fixture.delivered(desk)).toEqual([]);
    const { alert, timeline } = fixture.newest();
    expect(alert).toMatchObject({
      source: 'belfry',
      kind: 'message',
      state: 'resolved',
      labels: {
        maintenance: 'ended',
        since: new Date(lab.startedAt + HOUR_MS).toISOString().replace('.000', ''),
      },
    });
    expect(timeline.map(({ detail }) => detail)).toContain('Announced to Phone.');
  });

  test('says so in the language of the channel', async () => {
    await using lab = await Lab.start();
    const berlin = await lab.fixture.addDesktop({ name: 'Berlin', language: 'de' });
    await lab.plan({ announceTo: [berlin] });
    await lab.fixture.pass(HOUR_MS);
    expect(lab.said()).toEqual(['Upgrade: Die Wartung hat begonnen']);
  });

  test('says when its end is moved, and not when it moves by seconds', async () => {
    await using lab = await Lab.start();
    const { startedAt, fixture } = lab;
    const id = await lab.plan();
    const until = (endsAt: number): Part => {
      return { schedule: { type: 'once', startsAt: startedAt + HOUR_MS, endsAt } };
    };
    await fixture.pass(HOUR_MS);
    await lab.change(id, until(startedAt + 2 * HOUR_MS + 59_000));
    expect(lab.said()).toEqual([BEGAN]);
    await lab.change(id, until(startedAt + 4 * HOUR_MS));
    expect(lab.said()).toEqual([BEGAN, expect.stringMatching(/^Upgrade: Maintenance now ends at/)]);
    expect(fixture.newest().alert.labels).toMatchObject({ maintenance: 'changed' });
    await fixture.pass(3 * HOUR_MS);
    expect(lab.said()).toEqual([BEGAN, expect.anything(), expect.stringMatching(ENDED)]);
  });

  test('whose channel is deleted meanwhile says nothing more', async () => {
    await using lab = await Lab.start();
    const { fixture, phone } = lab;
    await lab.plan();
    await fixture.pass(HOUR_MS);
    const before = fixture.newest().alert.id;
    await fixture.core.channelDeletion.delete({ id: phone, detach: true }, 'ann');
    await fixture.pass(HOUR_MS);
    expect(fixture.newest().alert.id).toBe(before);
    expect(lab.said()).toEqual([BEGAN]);
  });

  test('of a window without channels is not announced', async () => {
    await using lab = await Lab.start();
    await lab.plan({ announceTo: [] });
    await lab.fixture.pass(DAY_MS);
    expect(lab.said()).toEqual([]);
    expect(lab.audited()).toEqual([]);
  });

  test('does not hold its own announcement, nor does another window', async () => {
    await using lab = await Lab.start();
    const { startedAt, fixture } = lab;
    const always = { type: 'once', startsAt: startedAt, endsAt: startedAt + DAY_MS } as const;
    await lab.plan({ name: 'Everything', schedule: always, announceTo: [] });
    await lab.plan();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS);
    expect(lab.said()).toEqual([BEGAN]);
  });

  test('holds what a sender sends in the name of Belfry', async () => {
    await using lab = await Lab.start();
    const { startedAt, fixture, phone } = lab;
    const always = { type: 'once', startsAt: startedAt, endsAt: startedAt + DAY_MS } as const;
    await lab.plan({ name: 'Everything', schedule: always, announceTo: [] });
    const labels = { maintenance: 'began', topic: 'Upgrade' };
    await fixture.core.alerts.ingest([{ ...firing(), source: 'belfry', labels }]);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual([]);
  });

  test('that recurs announces each period once', async () => {
    await using lab = await Lab.start();
    const schedule = {
      type: 'cron',
      expression: '0 3 * * *',
      durationMs: HOUR_MS,
      timeZone: 'UTC',
    } as const;
    await lab.plan({ schedule });
    await lab.fixture.pass(3 * DAY_MS);
    expect(lab.said().filter((line) => line === BEGAN)).toHaveLength(3);
    expect(lab.said().filter((line) => ENDED.test(line))).toHaveLength(3);
    lab.fixture.clock.setWallBy(-2 * HOUR_MS);
    lab.fixture.core.scheduler.wake();
    await lab.fixture.pass(HOUR_MS);
    expect(lab.said()).toHaveLength(6);
  });
});

test('a clock that is set back ends no maintenance that has begun', async () => {
  await using lab = await Lab.start();
  await lab.plan();
  await lab.fixture.pass(HOUR_MS + MINUTE_MS);
  lab.fixture.clock.setWallBy(-5 * MINUTE_MS);
  lab.fixture.core.scheduler.wake();
  await lab.fixture.pass(10 * MINUTE_MS);
  expect(lab.said()).toEqual([BEGAN]);
  await lab.fixture.pass(HOUR_MS);
  expect(lab.said()).toHaveLength(2);
});

test('a clock that was a year ahead for a moment ends no announcements', async () => {
  await using lab = await Lab.start();
  const { fixture } = lab;
  await lab.plan({
    schedule: { type: 'cron', expression: '0 13 * * *', durationMs: HOUR_MS, timeZone: 'UTC' },
  });
  const before = fixture.clock.now();
  const ahead = Date.UTC(new Date(before).getUTCFullYear() + 1, 0, 15, 13, 30);
  fixture.clock.setWallBy(ahead - before);
  fixture.core.scheduler.wake();
  await fixture.pass(MINUTE_MS);
  fixture.clock.setWallBy(before - ahead);
  fixture.core.scheduler.wake();
  await fixture.pass(MINUTE_MS);
  const said = lab.said().length;
  await fixture.pass(3 * DAY_MS);
  expect(lab.said().length - said).toBe(6);
});

describe('after a restart', () => {
  test('a begin that was missed is announced late while maintenance is on, once', async () => {
    await using lab = await Lab.start();
    await lab.plan();
    await lab.fixture.restart(90 * MINUTE_MS);
    expect(lab.said()).toEqual([expect.stringMatching(LATE)]);
    await lab.fixture.restart(MINUTE_MS);
    expect(lab.said()).toHaveLength(1);
    await lab.fixture.pass(HOUR_MS);
    expect(lab.said()[1]).toMatch(ENDED);
  });

  test('an end that was missed is announced late, once', async () => {
    await using lab = await Lab.start();
    await lab.plan();
    await lab.fixture.pass(HOUR_MS);
    await lab.fixture.restart(5 * HOUR_MS);
    expect(lab.said()).toEqual([BEGAN, expect.stringMatching(ENDED)]);
    await lab.fixture.restart(5 * HOUR_MS);
    expect(lab.said()).toHaveLength(2);
    expect(lab.audited()).toEqual([]);
  });

  test('a period that passed is left out, and the audit log says so', async () => {
    await using lab = await Lab.start();
    const schedule = {
      type: 'cron',
      expression: '0 3 * * *',
      durationMs: HOUR_MS,
      timeZone: 'UTC',
    } as const;
    await lab.plan({ schedule });
    await lab.fixture.restart(5 * DAY_MS);
    expect(lab.said()).toEqual([]);
    expect(lab.audited()).toEqual(['maintenance.miss']);
    await lab.fixture.restart(MINUTE_MS);
    expect(lab.audited()).toHaveLength(1);
    await lab.fixture.pass(DAY_MS);
    expect(lab.said()).toHaveLength(2);
  });

  test('what was accepted before the crash is sent, and nothing twice', async () => {
    await using lab = await Lab.start();
    await lab.plan();
    const params = { service: 'receiver', status: 'HTTP 503' } as const;
    lab.fixture.answer = () => failed('server_error', { code: 'failure.unavailable', params });
    await lab.fixture.pass(HOUR_MS);
    expect(lab.fixture.outbox()).toEqual(['raised failed']);
    lab.fixture.answer = sent;
    await lab.fixture.restart(MINUTE_MS);
    expect(lab.fixture.outbox()).toEqual(['raised sent']);
  });
});

describe('a window that is changed while it is on', () => {
  test('has ended once it is deleted or disabled, and begins again', async () => {
    await using lab = await Lab.start();
    const id = await lab.plan();
    await lab.fixture.pass(HOUR_MS);
    await lab.change(id, { enabled: false });
    expect(lab.said()).toEqual([BEGAN, expect.stringMatching(ENDED)]);
    await lab.fixture.pass(10 * MINUTE_MS);
    await lab.change(id, { enabled: true });
    expect(lab.said()[2]).toMatch(LATE);
    await lab.fixture.core.maintenance.collection.delete(id, 'ann');
    await lab.fixture.quiet();
    expect(lab.said()[3]).toMatch(ENDED);
    await lab.fixture.pass(DAY_MS);
    expect(lab.said()).toHaveLength(4);
  });

  test('ends when it is prolonged to, and says so to those that were notified of its begin', async () => {
    await using lab = await Lab.start();
    const { fixture, phone, desk, startedAt } = lab;
    const id = await lab.plan();
    await fixture.pass(HOUR_MS);
    const schedule = {
      type: 'once',
      startsAt: startedAt + HOUR_MS,
      endsAt: startedAt + 4 * HOUR_MS,
    } as const;
    await lab.change(id, { schedule, announceTo: [desk] });
    const moved = expect.stringMatching(/^Upgrade: Maintenance now ends at/) as string;
    await fixture.pass(2 * HOUR_MS);
    expect(lab.said()).toEqual([BEGAN, moved]);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised', 'raised']);
    expect(fixture.delivered(desk)).toEqual([]);
  });

  test('needs its channels: one is deleted only when it is asked to leave the window', async () => {
    await using lab = await Lab.start();
    const { core } = lab.fixture;
    const id = await lab.plan({ announceTo: [lab.phone, lab.desk] });
    expect(
      await core.channelDeletion.delete({ id: lab.phone, detach: false }, 'ann'),
    ).toMatchObject({
      error: { message: expect.stringContaining('“Upgrade”') as string },
    });
    expect(await core.channelDeletion.delete({ id: lab.phone, detach: true }, 'ann')).toMatchObject(
      { ok: true },
    );
    expect(core.maintenance.collection.get(id)).toMatchObject({
      value: { announceTo: [lab.desk] },
    });
  });

  test('names no channel that does not exist', async () => {
    await using lab = await Lab.start();
    await expect(
      lab.plan({ announceTo: ['01890000-0000-7000-8000-000000000001'] }),
    ).rejects.toThrow();
  });
});

test('an end takes the place of a begin that still waits for its channel', async () => {
  await using lab = await Lab.start();
  const { core } = lab.fixture;
  await lab.plan();
  await core.channelPauses.pause({ id: lab.phone }, 'ann');
  await lab.fixture.pass(3 * HOUR_MS);
  expect(lab.fixture.outbox()).toEqual(['raised cancelled', 'raised pending']);
  await core.channelPauses.resume(lab.phone, 'ann');
  await lab.fixture.quiet();
  expect(lab.said()).toEqual([expect.stringMatching(ENDED)]);
});
