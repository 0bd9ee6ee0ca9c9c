import { expect, test } from 'vitest';
import { jobInput } from '../../main/contract/job.ts';
import { readJobReport } from '../../main/ingest/job-report-adapter.ts';

const report = (over: object, tokenSource: string | null = null) =>
  readJobReport(
    jobInput.parse({ host: 'nas', job: 'backup', status: 'failed', ...over }),
    tokenSource,
  );

test.for([
  ['backup', 'backup_failed', 'warning', 'photos'],
  ['forget', 'forget_failed', 'warning', ''],
  ['prune', 'prune_failed', 'warning', ''],
  ['check', 'check_failed', 'critical', ''],
] as const)('a failed %s is %s, %s, keyed by "%s"', ([job, kind, severity, dedupKey]) => {
  expect(report({ job, group: 'photos' }).event).toMatchObject({
    kind,
    severity,
    dedupKey,
    status: 'firing',
    host: 'nas',
    labels: { group: 'photos' },
    endsAt: null,
  });
});

test('a success resolves the same condition', () => {
  const [failed, succeeded] = [report({ group: 'x' }), report({ group: 'x', status: 'succeeded' })];
  expect(succeeded.event).toEqual({
    ...failed.event,
    status: 'resolved',
    messageReason: null,
    message: '',
  });
  expect(succeeded.job).toEqual({ host: 'nas', job: 'backup', group: 'x' });
});

test('the source is the token’s, else the body’s, else "jobs"', () => {
  const sources = [report({ source: 'mine' }, 'restic'), report({ source: 'mine' }), report({})];
  expect(sources.map(({ event }) => event.source)).toEqual(['restic', 'mine', 'jobs']);
});

test('a failure without words says what failed; long words are cut', () => {
  expect(report({}).event.message).toBe('The backup failed.');
  expect(report({ group: 'photos' }).event.message).toBe('The backup of photos failed.');
  expect(report({ message: 'no space' }).event.message).toBe('no space');
  const long = report({ message: `begins ${'x'.repeat(9_000)} ends` }).event.message;
  expect(long).toMatch(/^begins x+\n… \(cut\) …\nx+ ends$/);
  expect(long).toHaveLength(8_192);
});

test.for([
  ['2026-01-15T12:00:00+01:00', Date.UTC(2026, 0, 15, 11)],
  [Date.UTC(2026, 0, 15, 11), Date.UTC(2026, 0, 15, 11)],
  [undefined, null],
] as const)('it happened at %s', ([occurredAt, expected]) => {
  expect(report({ occurredAt }).event.occurredAt).toBe(expected);
});

test('labels, a link and its own label "group" are kept', () => {
  const { event } = report({
    group: 'a',
    labels: { group: 'b', repo: 'r' },
    url: 'https://nas/log',
  });
  expect(event).toMatchObject({ labels: { group: 'b', repo: 'r' }, url: 'https://nas/log' });
});
