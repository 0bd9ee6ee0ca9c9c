import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN } from '../../app-lab.ts';
import { send } from '../fixture.ts';
import { AlertmanagerLab, HOUR, inMs } from './alertmanager-lab.ts';

let lab: AlertmanagerLab;
beforeEach(async () => {
  lab = await AlertmanagerLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

describe('a dashboard that passes on what its own page asks for, Origin included', () => {
  const page = { origin: 'http://karma.lan:8080', 'content-type': 'application/json' };
  const basic = `Basic ${Buffer.from(`karma:${ADMIN_TOKEN}`).toString('base64')}`;
  const relay = (method: string, path: string, headers: object, body?: string) =>
    send(lab.app.app.url ?? '', `/api/v2/${path}`, {
      method,
      headers: { ...page, ...headers },
      ...(body !== undefined && { body }),
    });
  const silence = () =>
    JSON.stringify({
      matchers: [{ name: 'alertname', value: 'DiskFull', isRegex: false, isEqual: true }],
      startsAt: inMs(0),
      endsAt: inMs(HOUR),
      createdBy: 'anna',
      comment: 'karma',
    });

  test('makes and ends silences', async () => {
    const made = await relay('POST', 'silences', { authorization: basic }, silence());
    expect(made.status).toBe(200);
    const { silenceID } = made.json as { silenceID: string };
    const ended = await relay('DELETE', `silence/${silenceID}`, { authorization: basic });
    expect(ended.status).toBe(200);
  });

  test('gets nowhere without a token, nor with the cookie of a browser', async () => {
    const link = await lab.app.http('POST', '/api/v1/session/link');
    const code = (link.json as { url: string }).url.split('/#/sign-in/')[1];
    const session = await lab.app.http('POST', '/api/v1/session', { code });
    const cookie = session.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    for (const credentials of [{}, { cookie }]) {
      const answer = await relay('POST', 'silences', credentials, silence());
      expect(answer.status).toBe(403);
    }
  });

  test('cannot send what a browser sends anywhere unasked, nor do anything else', async () => {
    const simple = { authorization: basic, 'content-type': 'text/plain' };
    expect((await relay('POST', 'silences', simple, silence())).status).toBe(415);
    expect((await relay('POST', 'alerts', { authorization: basic }, '[]')).status).toBe(403);
    expect((await relay('GET', 'silences', { authorization: basic })).status).toBe(403);
    expect(await lab.silences()).toEqual([]);
  });
});
