/** @module-tag slow */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mailRuleFields } from '../../../main/contract/mail-rule.ts';
import { until } from '../../support/until.ts';
import { MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 30_000 });

const mail = (subject: string, text = 'Volume: photos'): string =>
  ['From: backup@nas.lan', 'To: admin@belfry', `Subject: ${subject}`, '', text].join('\n');
const RULE = mailRuleFields.parse({
  name: 'Backups',
  subject: '^Backup of (?<host>\\S+) ',
  resolvedWhen: 'went well$',
  host: '{host}',
  kind: 'backup_failed',
});

let lab: MailLab;
let token: string;
beforeEach(async () => {
  lab = await MailLab.start();
  token = await lab.ingest.newToken('ingest', 'nas');
});
afterEach(() => lab[Symbol.asyncDispose]());

const rules = () => lab.ingest.fixture.core.mailRules;
const alerts = (): unknown[] =>
  lab.ingest.fixture.db.all('SELECT host, kind FROM alerts ORDER BY seq');
const send = (given: string): Promise<string> => lab.send(given, { to: 'x@b', password: token });
const received = () => {
  const listed = rules().received();
  return listed.ok ? listed.value.items : [];
};

test('a rule reads the next mail, and the one that says it is over', async () => {
  await send(mail('Backup of nas went wrong'));
  const made = await rules().collection.create(RULE, 'ann');
  expect(made.ok).toBe(true);
  await send(mail('Backup of nas went wrong'));
  await send(mail('Backup of nas went well'));
  expect(lab.ingest.received).toMatchObject([{ status: 'resolved' }]);
  expect(alerts()).toEqual([
    { host: 'backup@nas.lan', kind: 'message' },
    { host: 'nas', kind: 'backup_failed' },
  ]);
  if (made.ok) await rules().collection.delete(made.value.id, 'ann');
  await send(mail('Backup of nas went wrong again'));
  expect(alerts()).toHaveLength(3);
});

test('the last mails are kept for previews, without credentials', async () => {
  const secret = `password=hunter2hunter2\n${token}`;
  for (let number = 1; number <= 22; number++) await send(mail(`Report ${number}`, secret));
  await until(() => received()[0]?.subject === 'Report 22', 'the last mail is kept');
  expect(received().map(({ subject }) => subject)).toEqual(
    Array.from({ length: 20 }, (_, index) => `Report ${22 - index}`),
  );
  expect(received()[0]).toMatchObject({ from: 'backup@nas.lan' });
  const kept = JSON.stringify(lab.ingest.fixture.db.all('SELECT * FROM received_mails'));
  expect(kept).not.toContain('hunter2');
  expect(kept).not.toContain(token);
});

test('a preview says what a rule would make of a mail, and stores nothing', () => {
  const given = { from: 'backup@nas.lan', subject: 'Backup of nas went wrong', text: '' };
  const preview = (part: object, subject = given.subject) =>
    rules().preview({ rule: { ...RULE, ...part }, mail: { ...given, subject } });
  expect(preview({})).toMatchObject({
    value: { event: { host: 'nas', kind: 'backup_failed', status: 'firing' }, message: null },
  });
  expect(preview({ kind: '' })).toMatchObject({
    value: { event: null, message: { host: 'nas', title: 'Backup of nas went wrong' } },
  });
  expect(preview({}, 'Hello')).toEqual({ ok: true, value: { event: null, message: null } });
  expect(preview({ subject: '(' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(alerts()).toEqual([]);
});
