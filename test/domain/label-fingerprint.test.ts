import { expect, test } from 'vitest';
import { labelFingerprint } from '../../main/domain/alertmanager-labels.ts';

/** Alertmanager 0.25.0 gave these to the same sets. */
test.each([
  [{ alertname: 'Quiet', b: 'ä', a: 'x' }, '2cc2979dc22abcac'],
  [{ alertname: 'Warn', severity: 'warning', instance: 'nas:1' }, '36699edb0c8fc4ed'],
  [{ alertname: 'Crit', severity: 'critical', instance: 'nas:1' }, '65f983e10120fb46'],
  [{ alertname: 'DiskFillsUp', instance: 'nas:9100', severity: 'critical' }, '461d0da525ac8d9b'],
])('%j is %s', (labels, fingerprint) => {
  expect(labelFingerprint(labels)).toBe(fingerprint);
});

test('the order of the labels does not matter', () => {
  expect(labelFingerprint({ b: '1', a: '2' })).toBe(labelFingerprint({ a: '2', b: '1' }));
});
