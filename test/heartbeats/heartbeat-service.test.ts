import { describe, expect, test } from 'vitest';
import { heartbeatUpdate, type Heartbeat } from '../../main/contract/heartbeat.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import { DAY, HOUR, HeartbeatLab, MINUTE } from './heartbeat-lab.ts';

/** The whole of it as an operator would send it back, with something changed. */
const edited = (
  { id, name, slug, host, kind, severity, schedule, graceMs, job }: Heartbeat,
  over: object,
) =>
  heartbeatUpdate.parse({ id, name, slug, host, kind, severity, schedule, graceMs, job, ...over });

const audited = (lab: HeartbeatLab, subject: string) =>
  lab.db.all('SELECT actor, action FROM audit_log WHERE subject = ? ORDER BY id', [subject]);

describe('making one', () => {
  test('fills in slug, host and a random ping id', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make();
    expect(made).toMatchObject({ slug: 'backup-of-the-nas', host: 'Backup of the NAS', job: null });
    expect(made.pingId).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(lab.service.get(made.id)?.pingId).toBe(null);
    expect(lab.types(made)).toEqual(['created']);
    expect(audited(lab, made.id)).toEqual([{ actor: 'test', action: 'heartbeat.create' }]);
  });

  test('refuses a slug that is taken, and a schedule that never comes', async () => {
    await using lab = await HeartbeatLab.start();
    await lab.make();
    await expect(lab.make()).rejects.toThrow('slug: the heartbeat "Backup of the NAS" has');
    const schedule = { type: 'cron', expression: '0 0 30 2 *', timeZone: 'UTC' } as const;
    await expect(lab.make({ name: 'never', schedule })).rejects.toThrow(/^schedule\.expression: /);
    expect(lab.service.collection.list()).toHaveLength(1);
  });

  test('stops at the limit', async () => {
    await using lab = await HeartbeatLab.start();
    const making = Array.from({ length: LIMITS.heartbeatsMax }, (_, n) =>
      lab.make({ name: `job ${n}` }),
    );
    await Promise.all(making);
    await expect(lab.make({ name: 'one more' })).rejects.toThrow('At most 500 heartbeats');
    const ping = { action: 'success', exitStatus: null, runId: null, body: '' } as const;
    expect(await lab.pings.pingOrCreate('one-more', ping, 'test')).toMatchObject({
      outcome: 'refused',
      failure: { code: 'wrong_state' },
    });
  });
});

describe('editing one', () => {
  test('counts what is expected again from the last ping', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(2 * HOUR);
    const schedule = { type: 'period', periodMs: 7 * DAY };
    await lab.service.collection.update(edited(made, { schedule }), 'test');
    const expectedAt = (made.lastPingAt ?? 0) + 7 * DAY;
    expect(lab.stored(made)).toMatchObject({ expectedAt, lateAt: expectedAt + HOUR, state: 'up' });
    expect(lab.timeline(made)[0]).toMatchObject({ type: 'grace_renewed' });
  });

  test('to a shorter promise leaves the sender a grace to follow', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(5 * HOUR);
    const schedule = { type: 'period', periodMs: HOUR };
    await lab.service.collection.update(edited(made, { schedule }), 'test');
    await lab.pass(HOUR - 1);
    expect(lab.reported).toEqual([]);
    await lab.pass(1);
    expect(lab.reported).toHaveLength(1);
  });

  test('in its words alone moves nothing', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(HOUR);
    await lab.service.collection.update(
      edited(made, { name: 'Other', slug: undefined, host: undefined }),
      'test',
    );
    const { name, host, slug, pingId, expectedAt, lateAt } = lab.stored(made);
    expect({ name, host, slug }).toEqual({ name: 'Other', host: 'Other', slug: made.slug });
    expect({ pingId, expectedAt, lateAt }).toEqual({
      pingId: made.pingId,
      expectedAt: made.expectedAt,
      lateAt: made.lateAt,
    });
    expect(lab.types(made)).toEqual(['created', 'succeeded']);
  });

  test('to a longer promise brings one that was late up again', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(DAY + HOUR);
    expect(lab.stored(made).state).toBe('down');
    await lab.service.collection.update(
      edited(made, { schedule: { type: 'period', periodMs: 7 * DAY } }),
      'test',
    );
    expect(lab.stored(made)).toMatchObject({
      state: 'up',
      lateAt: made.lastPingAt! + 7 * DAY + HOUR,
    });
    expect(lab.sentences()[1]).toBe('resolved: By its new schedule it is not late');
  });

  test('does not bring up one that reported a failure', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.ping(made, { action: 'fail' });
    await lab.service.collection.update(
      edited(made, { schedule: { type: 'period', periodMs: 7 * DAY } }),
      'test',
    );
    expect(lab.stored(made)).toMatchObject({ state: 'down', lateAt: null });
    expect(lab.reported).toHaveLength(1);
  });

  test('takes its open alert along to another host', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp({ host: 'nas' });
    await lab.ping(made, { action: 'fail', body: 'no space left' });
    await lab.service.collection.update(edited(made, { host: 'nas2' }), 'test');
    expect(lab.reported.slice(1)).toMatchObject([
      { status: 'resolved', host: 'nas' },
      { status: 'firing', host: 'nas2', message: 'Reported failure: no space left' },
    ]);
    await lab.service.collection.update(edited(lab.stored(made), { severity: 'critical' }), 'test');
    expect(lab.reported.at(-1)).toMatchObject({
      status: 'firing',
      severity: 'critical',
      message: 'Reported failure: no space left',
    });
  });

  test('refuses what is not there, and the slug of another', async () => {
    await using lab = await HeartbeatLab.start();
    const [made, other] = [await lab.make(), await lab.make({ name: 'other' })];
    const unknown = edited(made, { id: '0199b9c8-5d2e-7c3a-8f00-0123456789ab' });
    expect(await lab.service.collection.update(unknown, 'test')).toMatchObject({
      error: { code: 'not_found' },
    });
    const taken = edited(made, { slug: other.slug });
    expect(await lab.service.collection.update(taken, 'test')).toMatchObject({
      error: { code: 'name_taken' },
    });
    expect(
      await lab.service.collection.update(edited(made, { slug: 'new-slug' }), 'test'),
    ).toMatchObject({
      value: { slug: 'new-slug' },
    });
  });
});

describe('pausing, resuming, deleting', () => {
  test('a pause resolves its alert and expects nothing; resumed it is as new', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.ping(made, { action: 'fail' });
    expect(await lab.service.resume(made.id, 'test')).toMatchObject({
      error: { code: 'wrong_state' },
    });
    await lab.service.pause(made.id, 'test');
    expect(lab.sentences()[1]).toBe('resolved: Its heartbeat was paused by test');
    expect(lab.stored(made)).toMatchObject({ state: 'paused', expectedAt: null, lateAt: null });
    expect(await lab.service.pause(made.id, 'test')).toMatchObject({
      error: { code: 'wrong_state' },
    });
    await lab.service.resume(made.id, 'test');
    expect(lab.stored(made)).toMatchObject({ state: 'new', expectedAt: null, lateAt: null });
    await lab.pass(30 * DAY);
    expect(lab.reported).toHaveLength(2);
    expect(lab.types(made).slice(-2)).toEqual(['paused', 'resumed']);
    expect(audited(lab, made.id)).toEqual([
      { actor: 'test', action: 'heartbeat.create' },
      { actor: 'test', action: 'heartbeat.pause' },
      { actor: 'test', action: 'heartbeat.resume' },
    ]);
  });

  test('deleting resolves its alert, and nothing of it is left', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.makeUp();
    await lab.pass(DAY + HOUR);
    expect(await lab.service.collection.delete(made.id, 'test')).toEqual({
      ok: true,
      value: { status: 'deleted' },
    });
    expect(lab.sentences()[1]).toBe('resolved: Its heartbeat was deleted by test');
    expect(lab.db.value('SELECT count(*) FROM heartbeat_events')).toBe(0);
    expect(await lab.service.collection.delete(made.id, 'test')).toMatchObject({
      error: { code: 'not_found' },
    });
    await lab.pass(DAY + MINUTE);
    expect(lab.reported).toHaveLength(2);
  });

  test('windows hear of the heartbeat, and of the count when it goes down or up', async () => {
    await using lab = await HeartbeatLab.start();
    const heard: string[] = [];
    lab.writer.onCommitted(({ changes }) => heard.push(...changes.map(({ entity }) => entity)));
    const made = await lab.makeUp();
    expect(new Set(heard)).toEqual(new Set(['heartbeat']));
    await lab.ping(made, { action: 'fail' });
    await lab.ping(made);
    expect(heard.filter((entity) => entity === 'status')).toHaveLength(2);
  });
});
