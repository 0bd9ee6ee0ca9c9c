import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppLab } from '../app-lab.ts';

let lab: AppLab;
beforeAll(async () => {
  lab = await AppLab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());

test.each([
  [
    'notifications?status=bogus',
    'status: must be one of pending, sending, sent, failed, dead, cancelled',
  ],
  ['notifications?status=dead,bogus', 'status: must be one of pending'],
  ['notifications?status=dead&status=bogus', 'status: must be one of pending'],
  ['alerts?state=bogus', 'state: must be one of open, acknowledged, resolved, expired'],
  ['alerts?severity=bogus', 'severity: must be one of info, warning, critical'],
  ['alerts?bogus=1', 'bogus: there is no such query field here'],
  ['channels?bogus=1', 'bogus: there is no such query field here'],
  ['alerts?q=disk+zone%3D', 'q: zone= has no value. Write zone='],
  ['notifications?q=zone%3D%22base', 'has no closing quote'],
  ['alerts?q=host%3D~%22(%22', 'q: host=~\\"(\\" has no regular expression in RE2 syntax'],
  ['rejected-input?state=x', 'state: there is no such query field here'],
])('%s is answered with the field and the fix', async (path, message) => {
  const answer = await lab.http('GET', `/api/v1/${path}`);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(message);
  expect(answer.text).not.toContain('body');
});

test('an unknown field of a body is still one of the body', async () => {
  const event = { host: 'h', kind: 'k', status: 'firing', bogus: 1 };
  const answer = await lab.http('POST', '/api/v1/events', event);
  expect(answer.text).toContain('body: has no field called \\"bogus\\"');
});

test('so is a search of a selection', async () => {
  const answer = await lab.http('POST', '/api/v1/alerts/resolve', { filter: { q: 'host=~"("' } });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('filter.q: host=~');
});
