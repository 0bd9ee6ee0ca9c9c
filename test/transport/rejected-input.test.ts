import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RejectedInput, RejectedInputDetail } from '../../main/contract/rejected-input.ts';
import { ADMIN_TOKEN, AppLab } from './app-lab.ts';
import { send } from './http/fixture.ts';

const DOWN = {
  heartbeat: { status: 0, time: '2026-11-25 12:00:00.000' },
  monitor: { id: 3, name: 'web', url: 'https://web.lan' },
  msg: 'down',
};

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

interface Listed {
  readonly items: RejectedInput[];
  readonly total: number;
  readonly nextCursor: string | null;
}
const list = (input: object = {}) => lab.call<Listed>('rejected.list', input);

/** Waits until that many are kept. */
async function kept(count: number): Promise<RejectedInput[]> {
  for (;;) {
    const { items, total } = await list();
    if (total === count) return items;
    await new Promise(setImmediate);
  }
}

const post = (body: unknown, token?: string) =>
  lab.http('POST', '/ingest/uptime-kuma', body, token);

describe('rejected input', () => {
  test('is kept with its reason, and answered as before', async () => {
    const answer = await post({ ...DOWN, msg: 7 });
    expect(answer.status).toBe(400);
    const [item] = await kept(1);
    expect(item).toMatchObject({
      adapter: 'uptime-kuma',
      address: 'POST /ingest/uptime-kuma',
      reason: expect.stringMatching(/^msg: /) as string,
      complete: true,
      replayedAt: null,
    });
    expect(answer.json).toEqual({ ok: false, msg: item?.reason });
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    expect(detail.contentType).toBe('application/json');
    expect(JSON.parse(detail.body)).toMatchObject({ msg: 7 });
  });

  test('says where it went in the words of the sender', async () => {
    await lab.http('POST', '/nas?delay=3s', 'x');
    const [item] = await kept(1);
    expect(item).toMatchObject({ adapter: 'ntfy', address: 'POST /nas' });
  });

  test('names the field and what it must be', async () => {
    await lab.http('POST', '/ingest/proxmox', { title: 'x', message: 'y' });
    expect(await kept(1)).toMatchObject([{ reason: 'severity: is required' }]);
  });

  test('is not kept from strangers', async () => {
    expect((await post('nonsense', 'bf_not-a-token')).status).toBe(401);
    await post({ msg: 7 });
    expect(await kept(1)).toHaveLength(1);
  });

  test('holds no credential of the request, nor one in its body', async () => {
    const body = { ...DOWN, msg: 7, api_token: 'hunter2hunter2', note: 'bf_abcdefghijklmnop' };
    await lab.http('POST', '/ingest/uptime-kuma?token=querysecret&sig=querysecret&x=1', body);
    const [item] = await kept(1);
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    const all = JSON.stringify(detail);
    for (const secret of ['hunter2', 'bf_abc', 'querysecret', 'admin-token', 'Bearer']) {
      expect(all).not.toContain(secret);
    }
    expect(detail.query).toEqual({ x: '1' });
  });

  test.each([
    ['password=hunter2&app%5Btoken%5D=hunter2&title=t', 'application/x-www-form-urlencoded'],
    ['bf_hunter2hunter2hunter2', 'application/json'],
    ['see https://nas.lan/?x=1&api_key=hunter2 there', 'text/plain'],
  ])('holds no credential of a body in another form: %s', async (body, type) => {
    await lab.raw('POST', '/ingest/uptime-kuma', body, type);
    const [item] = await kept(1);
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    expect(detail.body).toContain('[redacted]');
    expect(JSON.stringify(detail)).not.toContain('hunt');
  });

  test('says where it came in', async () => {
    await lab.raw('POST', '/disks?priority=9', 'text', 'text/plain');
    expect((await kept(1))[0]).toMatchObject({ adapter: 'ntfy', address: 'POST /disks' });
  });

  test('is bounded in number and length; what was cut cannot be replayed', async () => {
    await post({ pad: `${'x'.repeat(100_000)} the error at its end` });
    const [item] = await kept(1);
    expect(item).toMatchObject({ complete: false });
    expect(item?.bodyBytes).toBeGreaterThan(100_000);
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    expect(detail.body).toHaveLength(16_384);
    expect(detail.body).toMatch(/^\{"pad":"x+\n\.\.\. \(cut\) \.\.\.\nx+ the error at its end"\}$/);
    const replay = await lab.result('rejected.replay', { id: item?.id });
    expect(replay).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  test.each(['é', '💾', 'ディ'])('is never cut within a character: %s', async (character) => {
    for (const offset of ['', 'x', 'xx', 'xxx']) {
      await post({ pad: offset + character.repeat(20_000) });
      const [item] = await kept(1);
      const { body } = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
      expect(body).not.toContain('\uFFFD');
      await lab.call('rejected.clear', {});
    }
  });

  test('shows a body of another encoding, without its credentials', async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'text/plain' };
    for (const body of [
      Buffer.from('déjà token=hunter2hunter2', 'latin1'),
      Buffer.from('\uFEFFdéjà token=hunter2hunter2', 'utf16le'),
    ]) {
      await send(lab.app.url ?? '', '/ingest/uptime-kuma', { method: 'POST', headers, body });
      const [item] = await kept(1);
      const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
      expect(detail.body).toBe('déjà token=[redacted]');
      await lab.call('rejected.clear', {});
    }
  });

  test('that is still broken says so again, and stays', async () => {
    const id = await lab.rejected();
    const replay = await lab.call<{ accepted: number; problems: string[] }>('rejected.replay', {
      id,
    });
    expect(replay).toMatchObject({ accepted: 0, problems: [expect.stringMatching(/^msg/)] });
    expect((await list()).items[0]).toMatchObject({ replayedAt: null });
  });

  test('what of it was valid is stored at once; unknown ids are listed', async () => {
    await lab.http('POST', '/api/v2/alerts', [{ labels: { alertname: 'A' } }, { labels: {} }]);
    const [item] = await kept(1);
    expect(item).toMatchObject({ adapter: 'alertmanager' });
    const alerts = await lab.call<{ total: number }>('alerts.list', {});
    expect(alerts.total).toBe(1);
    const id = '01890000-0000-7000-8000-000000000000';
    for (const method of ['rejected.get', 'rejected.replay', 'rejected.delete'] as const) {
      expect(await lab.result(method, { id })).toMatchObject({ error: { code: 'not_found' } });
    }
  });

  test('pages by cursor, is deleted one by one and as a whole', async () => {
    for (let n = 0; n < 5; n++) await post({ msg: n });
    await kept(5);
    const first = await list({ limit: 3 });
    expect(first.items).toHaveLength(3);
    const rest = await list({ limit: 3, cursor: first.nextCursor });
    expect(rest.items).toHaveLength(2);
    await lab.call('rejected.delete', { id: first.items[0]?.id });
    expect((await list()).total).toBe(4);
    expect(await lab.call('rejected.clear', {})).toEqual({ deleted: 4 });
    expect((await list()).total).toBe(0);
  });
});

describe('rejected input of the API for events', () => {
  const send = (body: string) => lab.raw('POST', '/api/v1/events', body, 'application/json');
  const GOOD = { host: 'nas', kind: 'disk_full', status: 'firing' };

  test.each([
    ['is no JSON', '{"host": "nas", oops', /^body: is not JSON: /],
    ['is no event', '{"host":"nas","kind":"k"}', /^status: /],
    ['is no list of events', '[]', /must contain 1 or more/],
    ['holds no valid one', '[{"host":""},7]', /^host: /],
  ])('is kept when it %s, and answered as before', async (_case, body, reason) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    const [item] = await kept(1);
    expect(item).toMatchObject({
      adapter: 'api',
      address: 'POST /api/v1/events',
      reason: expect.stringMatching(reason) as string,
    });
    expect(answer.json).toMatchObject({ error: { message: item?.reason } });
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    expect(detail.body).toBe(body);
  });

  test('is kept without the valid ones beside it, and read as it would be now', async () => {
    const bad = { ...GOOD, host: 'pi', severity: 'terrible' };
    const answer = await lab.http('POST', '/api/v1/events', [GOOD, bad]);
    expect(answer.status).toBe(200);
    const [item] = await kept(1);
    expect(item?.reason).toMatch(/^event 1: severity: /);
    const detail = await lab.call<RejectedInputDetail>('rejected.get', { id: item?.id });
    expect(JSON.parse(detail.body)).toEqual([bad]);
    expect(await lab.call('rejected.replay', { id: item?.id })).toMatchObject({
      accepted: 0,
      problems: [expect.stringMatching(/severity: /)],
    });
  });

  test('holds no credential, and what could be stored is not kept', async () => {
    await lab.http('POST', '/api/v1/events?token=hunter2', { ...GOOD, password: 'hunter2' });
    await lab.http('POST', '/api/v1/events', GOOD);
    const [item] = await kept(1);
    const detail = await lab.call('rejected.get', { id: item?.id });
    expect(JSON.stringify(detail)).not.toMatch(/hunter2|Bearer|admin-token/);
  });
});
