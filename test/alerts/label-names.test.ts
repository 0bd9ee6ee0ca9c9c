import { expect, test } from 'vitest';
import { suggested } from '../../main/alerts/label-names.ts';
import type { LabelledRow } from '../../main/store/alerts/alert-labels.ts';

const row = (host: string, labels: Record<string, string>): LabelledRow => ({
  ...{ source: 'api', host, kind: 'disk', severity: 'critical', labels },
});
const ROWS = [
  row('nas', { zone: 'base', job: 'a' }),
  row('pi', { zone: 'Base 2', __proto: 'x' }),
  row('pi', { zone: 'attic', host: 'other' }),
];

test.each<[Parameters<typeof suggested>[1], string[]]>([
  [{ prefix: '' }, ['host', 'kind', 'severity', 'source', 'zone', '__proto', 'job']],
  [{ prefix: 'Z' }, ['zone']],
  [{ name: 'zone', prefix: 'ba' }, ['Base 2', 'base']],
  [{ name: 'host', prefix: '' }, ['pi', 'nas', 'other']],
  [{ name: 'severity', prefix: '' }, ['critical']],
  [{ name: 'constructor', prefix: '' }, []],
])('%j suggests %j', (query, expected) => {
  expect(suggested(ROWS, query)).toEqual(expected);
});

test('suggests no more than can be looked through', () => {
  const rows = Array.from({ length: 300 }, (_, n) => row(`host-${n}`, {}));
  expect(suggested(rows, { name: 'host', prefix: 'host' })).toHaveLength(50);
});
