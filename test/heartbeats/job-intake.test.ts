import { describe, expect, test } from 'vitest';
import { jobInput } from '../../main/contract/job.ts';
import { readJobReport } from '../../main/ingest/job-report-adapter.ts';
import { DAY, HOUR, HeartbeatLab } from './heartbeat-lab.ts';

const JOB = { host: 'nas', job: 'backup', group: 'photos' } as const;

const report = (over: object) => readJobReport(jobInput.parse({ ...JOB, ...over }), null);
const failed = (over: object = {}) => report({ status: 'failed', message: 'no space', ...over });
const succeeded = (over: object = {}) => report({ status: 'succeeded', ...over });

describe('a job report', () => {
  test('answers each in order, in one unit', async () => {
    await using lab = await HeartbeatLab.start();
    const answers = await lab.jobs.ingest([
      failed(),
      failed(),
      succeeded({ group: '' }),
      succeeded(),
    ]);
    const actions = answers.map(({ action }) => action);
    expect(actions).toEqual(['raised', 'touched', 'ignored', 'resolved']);
  });

  test('says to who watches the job that it ran', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make({ job: JOB });
    await lab.jobs.ingest([succeeded({ message: 'added 3 files' })]);
    const expectedAt = lab.clock.now() + DAY;
    expect(lab.stored(made)).toMatchObject({ state: 'up', expectedAt, lateAt: expectedAt + HOUR });
    expect(lab.timeline(made)[0]).toMatchObject({ type: 'succeeded', detail: 'added 3 files' });
  });

  test('of a failure, too: that is the job’s own alert, and not the heartbeat’s', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make({ job: JOB });
    await lab.jobs.ingest([failed()]);
    expect(lab.stored(made)).toMatchObject({ state: 'up', expectedAt: lab.clock.now() + DAY });
    expect(lab.timeline(made)[0]).toMatchObject({
      type: 'failed',
      detail: 'Ran but failed (separate alert): no space',
    });
    expect(lab.reported).toMatchObject([
      { source: 'jobs', kind: 'backup_failed', status: 'firing' },
    ]);
  });

  test.for([
    ['another host', { host: 'pi' }],
    ['another job', { job: 'check' }],
    ['another group', { group: 'mail' }],
    ['no group', { group: '' }],
  ] as const)('of %s is none of its business', async ([, over]) => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make({ job: JOB });
    await lab.jobs.ingest([succeeded(over)]);
    expect(lab.stored(made).state).toBe('new');
  });

  test.for([
    ['failure', failed, 'resolved: Ran again, but failed'],
    ['success', succeeded, 'resolved: Ping received again'],
  ] as const)('of %s ends the alert that it did not run', async ([, made, sentence]) => {
    await using lab = await HeartbeatLab.start();
    const heartbeat = await lab.make({ job: JOB });
    await lab.jobs.ingest([succeeded()]);
    await lab.pass(DAY + HOUR);
    expect(lab.stored(heartbeat).state).toBe('down');
    await lab.jobs.ingest([made()]);
    expect(lab.sentences()).toContain(sentence);
    expect(lab.stored(heartbeat).state).toBe('up');
  });

  test('that cannot be stored leaves nothing of itself', async () => {
    await using lab = await HeartbeatLab.start();
    const made = await lab.make({ job: JOB });
    lab.db.exec(
      `CREATE TRIGGER full BEFORE INSERT ON heartbeat_events BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    await expect(lab.jobs.ingest([succeeded()])).rejects.toThrow('no');
    expect(lab.stored(made).state).toBe('new');
  });
});
