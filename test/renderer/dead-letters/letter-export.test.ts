import { describe, expect, it } from 'vitest';
import type { Input } from '../../../main/contract/methods.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import {
  csvField,
  EXPORTED_MAX,
  letterFile,
} from '../../../renderer/dead-letters/letter-export.ts';
import { EVERYTHING } from '../../../renderer/notifications/notification-query.ts';
import { FakeClient } from '../support/fake-client.ts';
import { NOW_MS, notification, uuid } from '../support/samples.ts';

const query = { ...EVERYTHING, status: 'dead', search: 'host="nas"' } as const;
const first = notification({ id: uuid(1), channelName: 'Pager, "loud"' });
const second = notification({ id: uuid(2), channelName: '=HYPERLINK("http://evil")' });

/** Answers two pages. */
const client = () =>
  new FakeClient({
    'notifications.list': ({ cursor }: Input<'notifications.list'>) =>
      ok({
        data: [cursor === undefined ? first : second],
        ...{ total: 2, page: 1, per_page: 500 },
        nextCursor: cursor === undefined ? '7' : null,
      }),
  });

describe('csvField', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
  ])('writes %j as %j', (value, written) => expect(csvField(value)).toBe(written));
});

describe('letterFile', () => {
  it('writes every page as CSV, with what the filter asks for', async () => {
    const host = client();
    const file = await letterFile(host, query, NOW_MS, 'csv');
    if (!file.ok) throw new Error(file.error.message);
    const lines = file.value.parts.join('').split('\r\n');
    expect(lines[0]).toMatch(/^id,died_at,created_at,channel,event,/);
    expect(lines[1]).toContain('"Pager, ""loud"""');
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(lines).toHaveLength(4);
    expect(file.value).toMatchObject({ name: 'dead-letters.csv', count: 2, isCut: false });
    expect(host.inputsOf('notifications.list')).toEqual([
      { per_page: 500, status: ['dead'], q: 'host="nas"' },
      { per_page: 500, status: ['dead'], q: 'host="nas"', cursor: '7' },
    ]);
  });

  it('writes JSON that can be read', async () => {
    const file = await letterFile(client(), query, NOW_MS, 'json');
    if (!file.ok) throw new Error(file.error.message);
    expect(JSON.parse(file.value.parts.join(''))).toEqual([first, second]);
  });

  it('writes an empty list where nothing is found', async () => {
    const file = await letterFile(new FakeClient(), query, NOW_MS, 'json');
    expect(file.ok && JSON.parse(file.value.parts.join(''))).toEqual([]);
  });

  it('ends at the limit, and says so', async () => {
    const page = Array.from({ length: 500 }, () => first);
    const host = new FakeClient({
      'notifications.list': () =>
        ok({ data: page, total: 99_999, page: 1, per_page: 500, nextCursor: '7' }),
    });
    const file = await letterFile(host, query, NOW_MS, 'csv');
    expect(file.ok && file.value).toMatchObject({ count: EXPORTED_MAX, isCut: true });
  });

  it('is none after a failure', async () => {
    const host = new FakeClient({ 'notifications.list': () => fail('unavailable', 'no') });
    expect((await letterFile(host, query, NOW_MS, 'csv')).ok).toBe(false);
  });
});
