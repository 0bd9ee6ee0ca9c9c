import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../../main/contract/system.ts';
import { AlertmanagerLab, HOUR, inMs } from './alertmanager-lab.ts';

const UNKNOWN = '01234567-89ab-7def-8123-456789abcdef';
const DISK = { alertname: 'DiskFull', instance: 'nas:9100' };

let lab: AlertmanagerLab;
beforeEach(async () => {
  lab = await AlertmanagerLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const matcher = (name: string, value: string, isRegex = false, isEqual = true) => ({
  name,
  value,
  isRegex,
  isEqual,
});

const get = async (id: string) => (await lab.http('GET', `silence/${id}`)).json;

describe('a new silence', () => {
  test("is Belfry's own, and comes back as it was sent", async () => {
    const matchers = [
      matcher('alertname', 'Disk "full"\n\\', false, true),
      matcher('instance', 'nas.*', true, true),
      matcher('team', 'blue', false, false),
      matcher('pool-name', 'tank|rpool', true, false),
    ];
    const [startsAt, endsAt] = [inMs(HOUR), inMs(2 * HOUR)];
    const id = await lab.silence({ matchers, startsAt, endsAt });
    expect(await get(id)).toEqual({
      id,
      status: { state: 'pending' },
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      annotations: {},
      comment: 'the disk is being changed',
      createdBy: 'anna',
      startsAt,
      endsAt,
      matchers,
    });
    expect(await lab.app.call('silences.get', { id })).toMatchObject({
      author: 'anna',
      matchers: [
        'alertname="Disk \\"full\\"\\n\\\\"',
        'instance=~"nas.*"',
        'team!="blue"',
        '"pool-name"!~"tank|rpool"',
      ],
    });
  });

  test('mutes what it matches, by the names that the tools see', async () => {
    await lab.fire(DISK);
    await lab.app.call('events.ingest', {
      host: 'pi',
      kind: 'backup_failed',
      dedupKey: '/srv',
      status: 'firing',
    });
    for (const { labels } of await lab.alerts()) {
      const matchers = Object.entries(labels).map(([name, value]) => matcher(name, value));
      const id = await lab.silence({ matchers });
      const [alert] = await lab.alerts(
        `?filter=${encodeURIComponent(`alertname=${labels['alertname'] ?? ''}`)}`,
      );
      expect(alert?.status).toMatchObject({ state: 'suppressed', silencedBy: [id] });
    }
  });

  test.each(['2020-01-01T00:00:00.123456', '2020-01-01 00:00:00', '0001-01-01T00:00:00Z'])(
    'one that began at %s begins now',
    async (startsAt) => {
      const id = await lab.silence({ startsAt });
      const [silence] = await lab.silences();
      expect(silence).toMatchObject({ id, status: { state: 'active' } });
      expect(Math.abs(Date.now() - Date.parse(silence?.startsAt ?? ''))).toBeLessThan(60_000);
    },
  );

  test('without a name, with a long one or a long comment', async () => {
    await lab.silence({ createdBy: '', comment: '' });
    await lab.silence({ createdBy: `${'x'.repeat(200)}\nanna`, comment: 'y'.repeat(2_000) });
    const made = await lab.silences();
    expect(made.map(({ createdBy }) => createdBy.length)).toEqual(
      expect.arrayContaining(['admin token'.length, 100]),
    );
    expect(made.map(({ comment }) => comment.length)).toEqual(expect.arrayContaining([0, 1_000]));
  });

  test.each<[string, object, number, unknown]>([
    [
      'no comment',
      { comment: undefined },
      422,
      { code: 602, message: 'comment in body is required' },
    ],
    [
      'no matchers',
      { matchers: undefined },
      422,
      { code: 602, message: 'matchers in body is required' },
    ],
    [
      'none of them',
      { matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    ['a beginning that is no time', { startsAt: 'soon' }, 400, { code: 400 }],
    [
      'an end before its beginning',
      { startsAt: inMs(2 * HOUR) },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'an end in the past',
      { startsAt: inMs(-2 * HOUR), endsAt: inMs(-HOUR) },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'matchers that take whatever has no such label',
      { matchers: [matcher('instance', ''), matcher('team', '.*', true)] },
      400,
      'silence invalid: at least one matcher must not match the empty string',
    ],
    [
      'a broken expression',
      { matchers: [matcher('a', '(', true)] },
      400,
      expect.stringMatching(/^silence invalid: invalid label matcher 0: .*regular expression/),
    ],
    [
      'too many matchers',
      { matchers: Array.from({ length: 21 }, (_, n) => matcher(`a${n}`, 'b')) },
      400,
      expect.stringMatching(/^silence invalid: matchers/),
    ],
  ])('%s is answered as Alertmanager answers it', async (_name, over, status, body) => {
    const answer = await lab.postSilence(over);
    expect(answer.status, answer.text).toBe(status);
    if (typeof body === 'object' && body !== null && 'code' in body) {
      expect(answer.json).toMatchObject(body);
    } else expect(answer.json).toEqual(body);
    expect(await lab.silences()).toEqual([]);
  });

  test('a body that is none', async () => {
    const post = (body: string, type: string) =>
      lab.app.raw('POST', '/api/v2/silences', body, type);
    expect((await post('{', 'application/json')).json).toMatchObject({ code: 400 });
    expect((await post('{}', 'text/plain')).json).toMatchObject({ code: 415 });
    expect((await post('', 'application/json')).json).toEqual({
      code: 602,
      message: 'silence in body is required',
    });
  });
});

describe('a change', () => {
  test('of its end or comment keeps it', async () => {
    const id = await lab.silence();
    const [before] = await lab.silences();
    const [startsAt, endsAt] = [before?.startsAt, inMs(3 * HOUR)];
    expect(await lab.silence({ id, startsAt, endsAt, comment: 'longer' })).toBe(id);
    expect(await lab.silences()).toMatchObject([{ id, endsAt, comment: 'longer' }]);
  });

  test.each<[string, object]>([
    ['its matchers', { matchers: [matcher('alertname', 'Other')] }],
    ['its beginning', { startsAt: inMs(-HOUR) }],
  ])('of %s ends it and makes another', async (_name, over) => {
    const id = await lab.silence();
    const [before] = await lab.silences();
    const successor = await lab.silence({ id, startsAt: before?.startsAt, ...over });
    expect(successor).not.toBe(id);
    expect(await lab.silences()).toMatchObject([
      { id: successor, status: { state: 'active' } },
      { id, status: { state: 'expired' } },
    ]);
  });

  test('of one that has ended makes another', async () => {
    const id = await lab.silence();
    await lab.http('DELETE', `silence/${id}`);
    expect(await lab.silence({ id })).not.toBe(id);
  });

  test('that is refused leaves the old one alone', async () => {
    const id = await lab.silence();
    const answer = await lab.postSilence({ id, matchers: [matcher('a', '')] });
    expect(answer.status).toBe(400);
    expect(await lab.silences()).toMatchObject([{ id, status: { state: 'active' } }]);
  });

  test.each([UNKNOWN, 'garbage'])('of %s, which is not there', async (id) => {
    const answer = await lab.postSilence({ id });
    expect([answer.status, answer.json]).toEqual([404, 'silence not found']);
  });
});

test('one is ended, lets go of what it muted, and stays so', async () => {
  await lab.fire(DISK);
  const id = await lab.silence();
  for (let time = 0; time < 2; time++) {
    const answer = await lab.http('DELETE', `silence/${id}`);
    expect([answer.status, answer.text]).toEqual([200, '']);
  }
  expect(await get(id)).toMatchObject({ status: { state: 'expired' } });
  expect((await lab.alerts())[0]?.status.state).toBe('active');
});

test('every change is in the audit log under the name of who did it', async () => {
  const token = await lab.token('operate');
  const answer = await lab.postSilence({}, token);
  const { silenceID } = answer.json as { silenceID: string };
  await lab.http('DELETE', `silence/${silenceID}`, undefined, token);
  const { items } = await lab.app.call<{ items: AuditEntry[] }>('audit.list', {});
  const own = items.filter(({ subject }) => subject === silenceID);
  expect(own.map(({ actor, action }) => [actor, action])).toEqual([
    ['token:operate', 'silence.expire'],
    ['token:operate', 'silence.create'],
  ]);
});

test('one that is not there, and an id that is none', async () => {
  const seen = await Promise.all([
    lab.http('GET', `silence/${UNKNOWN}`),
    lab.http('DELETE', `silence/${UNKNOWN}`),
    lab.http('GET', 'silence/x'),
    lab.http('DELETE', 'silence/x'),
  ]);
  expect(seen.map(({ status }) => status)).toEqual([404, 404, 422, 422]);
  expect(seen[2]?.json).toEqual({
    code: 601,
    message: 'silenceID in path must be of type uuid: "x"',
  });
});

test('the list: by state and next change, some states or those with a matcher alone', async () => {
  const late = await lab.silence({ endsAt: inMs(5 * HOUR) });
  const soon = await lab.silence({ endsAt: inMs(2 * HOUR) });
  const pending = await lab.silence({
    startsAt: inMs(HOUR),
    endsAt: inMs(2 * HOUR),
    matchers: [matcher('pool', 'tank', true)],
  });
  const expired = await lab.silence();
  await lab.http('DELETE', `silence/${expired}`);
  const ids = async (query = '') => (await lab.silences(query)).map(({ id }) => id);
  expect(await ids()).toEqual([soon, late, pending, expired]);
  expect(await ids('?expired=false')).toEqual([soon, late, pending]);
  expect(await ids('?active=false&pending=false')).toEqual([expired]);
  expect(await ids(`?filter=${encodeURIComponent('pool=~"tank"')}`)).toEqual([pending]);
  expect(await ids(`?filter=${encodeURIComponent('pool=~tank')}`)).toEqual([pending]);
  expect(await ids(`?filter=${encodeURIComponent('pool="tank"')}`)).toEqual([]);
  expect((await lab.http('GET', 'silences?filter=%7B')).status).toBe(400);
});
