import { expect, test } from 'vitest';
import { LIMITS } from '../../main/contract/limits.ts';
import { httpLink } from '../../main/ingest/event.ts';

test.each([
  [['https://nas.lan/x?y=1#z'], 'https://nas.lan/x?y=1#z'],
  [['https://'], null],
  [['javascript:alert(1)', 'file:///etc/passwd', undefined, null, ''], null],
  [['nothing', 'http://nas.lan'], 'http://nas.lan'],
  [['https://admin:hunter2@nas.lan/x'], 'https://nas.lan/x'],
  [['https://token@nas.lan:8443'], 'https://nas.lan:8443/'],
  [[`https://nas.lan/${'x'.repeat(LIMITS.urlCharsMax)}`], null],
])('of %j a person may follow %s', (urls, link) => {
  expect(httpLink(...urls)).toBe(link);
});

test('what grows too long without its password is no link', () => {
  const long = `https://a:b@nas.lan/${'ä'.repeat(1_900)}`;
  expect(long.length).toBeLessThan(LIMITS.urlCharsMax);
  expect(httpLink(long)).toBeNull();
});
