import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HTTP_LIMITS } from '../../../main/transport/http/http-limits.ts';
import { ActionLab, PUBLIC_URL } from './action-lab.ts';

const HTML = { accept: 'text/html,application/xhtml+xml' };
const message = (answer: { readonly json: unknown }): string =>
  (answer.json as { error: { message: string } }).error.message;

let lab: ActionLab;
beforeEach(async () => {
  lab = await ActionLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

describe('a message about an open alert', () => {
  test('leads to the alert and has a button for each thing that can be done', async () => {
    const { id } = await lab.raised();
    expect((await lab.messages(1))[0]).toMatchObject({
      click: `${PUBLIC_URL}/#/alerts/${id}`,
      actions: [
        {
          label: 'Acknowledge',
          method: 'POST',
          url: expect.stringMatching(/\/act\/[\w-]+$/) as string,
        },
        { label: 'Snooze for 1 hour', method: 'POST' },
      ],
    });
  });

  test('has no button once somebody has taken care of it', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.request('POST', acknowledge);
    const later = (await lab.messages(2))[1];
    expect(later?.title).toMatch(/^Acknowledged/);
    expect(later?.click).toBe(`${PUBLIC_URL}/#/alerts/${id}`);
    expect(later).not.toHaveProperty('actions');
  });

  test('has no link while no public address is set, and old links do nothing then', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.lab.call('settings.update', { publicUrl: null });
    expect((await lab.raised('other')).acknowledge).toBe('');
    expect((await lab.messages(2))[1]).not.toHaveProperty('click');
    const answer = await lab.request('POST', acknowledge);
    expect(answer.status).toBe(409);
    expect(message(answer)).toBe('Links in messages are disabled.');
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
  });
});

describe('a button', () => {
  test('acknowledges, and it is on record whose link it was', async () => {
    const { id, acknowledge } = await lab.raised();
    const answer = await lab.request('POST', acknowledge);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ status: 'acknowledged', alertId: id });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await lab.alert(id)).toMatchObject({ state: 'acknowledged' });
    expect(await lab.actions(id)).toEqual(['link (Phone) alert.acknowledge']);
  });

  test('snoozes for an hour', async () => {
    const { id, snooze } = await lab.raised();
    const before = Date.now();
    expect((await lab.request('POST', snooze)).json).toEqual({ status: 'snoozed', alertId: id });
    const { snoozedUntil } = await lab.alert(id);
    expect((snoozedUntil ?? 0) - before).toBeGreaterThanOrEqual(3_600_000);
    expect((snoozedUntil ?? 0) - before).toBeLessThan(3_660_000);
  });

  test('works once', async () => {
    const { id, snooze } = await lab.raised();
    await lab.request('POST', snooze);
    await lab.lab.call('alerts.unsnooze', { id });
    const again = await lab.request('POST', snooze);
    expect(again.status).toBe(409);
    expect(message(again)).toBe('This link was already used.');
    expect(await lab.alert(id)).toMatchObject({ snoozedUntil: null });
  });

  test('acts once however often it is pressed at the same time', async () => {
    const { id, snooze } = await lab.raised();
    const answers = await Promise.all(Array.from({ length: 8 }, () => lab.request('POST', snooze)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...new Array<number>(7).fill(409),
    ]);
    expect(await lab.actions(id)).toEqual(['link (Phone) alert.snooze']);
  });

  test('is content when somebody else was faster', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.lab.call('alerts.acknowledge', { id });
    expect((await lab.request('POST', acknowledge)).status).toBe(200);
    const page = await lab.request('GET', acknowledge, { headers: HTML });
    expect(page.text).toContain('Already acknowledged');
    expect(page.text).not.toContain('<form');
    expect(await lab.actions(id)).toEqual(['test alert.acknowledge']);
  });

  test('says so when the alert is over', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.lab.call('alerts.resolve', { id });
    const answer = await lab.request('POST', acknowledge);
    expect(answer.status).toBe(409);
    expect(message(answer)).toBe('The alert is already resolved.');
  });

  test('takes any body and reads none', async () => {
    const { id, acknowledge } = await lab.raised();
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const answer = await lab.request('POST', acknowledge, { headers, body: '{{{' });
    expect(answer.status).toBe(200);
    expect(await lab.alert(id)).toMatchObject({ state: 'acknowledged' });
  });
});

describe('a browser', () => {
  test('is asked first, so that a preview does nothing', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.request('HEAD', acknowledge);
    await lab.request('GET', acknowledge);
    const page = await lab.request('GET', acknowledge, { headers: HTML });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Acknowledge this alert?</h1>');
    expect(page.text).toContain('WARNING: backup_failed on nas');
    expect(page.text).toContain('<form method="post"><button>Acknowledge</button></form>');
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
    expect(await lab.actions(id)).toEqual([]);
  });

  test('sends the form back to where the page came from', async () => {
    const { id, acknowledge } = await lab.raised();
    const host = 'belfry.example.lan';
    const headers = {
      ...HTML,
      host,
      origin: `https://${host}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const done = await lab.request('POST', acknowledge, { headers, body: '' });
    expect(done.status).toBe(200);
    expect(done.text).toContain('<h1>Acknowledged</h1>');
    expect(await lab.alert(id)).toMatchObject({ state: 'acknowledged' });
  });

  test('is sent nothing that runs, loads or leads away, whatever the alert says', async () => {
    const { acknowledge } = await lab.raised('<script>alert(1)</script>\u202E"><img src=x>');
    const page = await lab.request('GET', acknowledge, { headers: HTML });
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img src=x&gt;');
    expect(page.text).not.toMatch(/<script|<img|\u202E/);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-\S+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
      ) as string,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
  });

  test('cannot be made to press it by a foreign page', async () => {
    const { id, acknowledge } = await lab.raised();
    const headers = { ...HTML, origin: 'https://evil.example' };
    expect((await lab.request('POST', acknowledge, { headers })).status).toBe(403);
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
  });

  test('reads why a link does nothing', async () => {
    const { id } = await lab.raised();
    const old = lab.link({ alertId: id, expiresAt: Date.now() - 1 });
    const page = await lab.request('GET', old, { headers: HTML });
    expect(page.status).toBe(409);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('This link is older than a week.');
  });
});

describe('a link that is not good', () => {
  test('does nothing once it is too old', async () => {
    const { id } = await lab.raised();
    const old = lab.link({ alertId: id, expiresAt: Date.now() - 1 });
    expect((await lab.request('POST', old)).status).toBe(409);
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
    expect((await lab.request('POST', lab.link({ alertId: id }))).status).toBe(200);
  });

  test('does nothing when a letter of it is another', async () => {
    const { id, acknowledge } = await lab.raised();
    const at = acknowledge.length - 20;
    const other = acknowledge[at] === 'A' ? 'B' : 'A';
    const forged = `${acknowledge.slice(0, at)}${other}${acknowledge.slice(at + 1)}`;
    for (const path of [forged, acknowledge.slice(0, -4), '/act/x', `${acknowledge}A`]) {
      expect((await lab.request('POST', path)).status, path).toBe(404);
    }
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
  });

  test('outlives a rotation of the key, until the earlier keys are dropped', async () => {
    const { id, acknowledge, snooze } = await lab.raised();
    await lab.lab.call('keys.rotate', {});
    expect((await lab.request('POST', acknowledge)).status).toBe(200);
    expect(await lab.alert(id)).toMatchObject({ state: 'acknowledged' });
    await lab.lab.call('keys.rotate', { forgetEarlier: true });
    expect((await lab.request('POST', snooze)).status).toBe(404);
  });

  test('does nothing once its channel is gone', async () => {
    const { id, acknowledge } = await lab.raised();
    await lab.lab.call('channels.delete', { id: lab.channelId });
    expect((await lab.request('POST', acknowledge)).status).toBe(409);
    expect(await lab.alert(id)).toMatchObject({ state: 'open' });
  });

  test('is not guessed at for long, while good ones go on working', async () => {
    const { acknowledge } = await lab.raised();
    for (let n = 0; n < HTTP_LIMITS.failuresPerWindowMax; n += 1) {
      expect((await lab.request('GET', `/act/guess-${n}`)).status).toBe(404);
    }
    const blocked = await lab.request('GET', '/act/one-more');
    expect(blocked.status).toBe(429);
    expect(blocked.headers['retry-after']).toBe('60');
    expect((await lab.request('POST', acknowledge)).status).toBe(200);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s is not possible', async (verb) => {
    const { acknowledge } = await lab.raised();
    const answer = await lab.request(verb, acknowledge);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, POST, HEAD');
  });
});

describe('a button of an alert that fired again before its recovery was sent', () => {
  test('acts on the new alert, which its message stands for', async () => {
    await lab.lab.call('routes.create', {
      name: 'patient',
      channelIds: [lab.channelId],
      resolvedForMs: 3_600_000,
    });
    const { acknowledge } = await lab.raised();
    const report = { host: 'nas', kind: 'backup_failed', message: 'No space left.' };
    const again = async (status: 'firing' | 'resolved') => {
      const { results } = await lab.lab.call<{ results: { alertId: string }[] }>('events.ingest', {
        ...report,
        status,
      });
      return results[0]?.alertId ?? '';
    };
    await again('resolved');
    const id = await again('firing');

    const answer = await lab.request('POST', acknowledge);

    expect(answer.json).toEqual({ status: 'acknowledged', alertId: id });
    expect(await lab.alert(id)).toMatchObject({ state: 'acknowledged' });
  });
});
