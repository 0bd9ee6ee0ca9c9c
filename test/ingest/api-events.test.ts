import { inEnglish } from '../../main/messages/failures.ts';
import { expect, test } from 'vitest';
import { apiEvents } from '../../main/ingest/api-events.ts';
import { ENGLISH } from '../../main/messages/messages.ts';

const read = (body: unknown, source: string) =>
  apiEvents.read(
    {
      path: '/api/v1/events',
      verb: 'POST',
      params: {},
      query: {},
      headers: { 'content-type': 'application/json' },
      raw: Buffer.from(JSON.stringify(body)),
    },
    { now: 0, source, resolveTimeoutMs: 1_000, messages: ENGLISH },
  );

const GOOD = { host: 'nas', kind: 'disk_full', status: 'firing', source: 'script' };

test.each([
  ['the token’s', 'zfs', 'zfs'],
  ['the body’s where the token names none', '', 'script'],
])('the source of an event is %s', (_whose, source, wanted) => {
  expect(read(GOOD, source)).toMatchObject({ ok: true, value: { events: [{ source: wanted }] } });
});

test('what is wrong with one event of a list keeps none of the others from being read', async () => {
  const reading = await read([GOOD, { ...GOOD, status: 'broken' }], '');
  expect(reading).toMatchObject({ value: { events: [{ host: 'nas' }] } });
  const said = reading.ok ? reading.value.problems.map(inEnglish) : [];
  expect(said).toEqual([expect.stringMatching(/^event 1: status: must be one of/)]);
});

test('a link loses its user and password', () => {
  expect(read({ ...GOOD, url: 'https://admin:hunter2@nas.lan/x' }, '')).toMatchObject({
    value: { events: [{ url: 'https://nas.lan/x' }] },
  });
});
