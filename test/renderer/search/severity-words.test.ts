import { expect, it } from 'vitest';
import { withSeverityMatcher } from '../../../renderer/search/severity-words.ts';

it.each([
  ['critical pve1', 'severity="critical" pve1'],
  ['host="pve1" Warning', 'host="pve1" severity="warning"'],
  ['info', 'severity="info"'],
  ['pve1', null],
  ['critical warning', null],
  ['severity="critical" pve1', null],
  ['critical zone=', null],
])('%s becomes %s', (search, better) => {
  expect(withSeverityMatcher(search)).toBe(better);
});
