import { describe, expect, test } from 'vitest';
import { mailRuleFields, type MailRuleFields } from '../../../main/contract/mail-rule.ts';
import type { Mail } from '../../../main/ingest/mail/mail.ts';
import { readMail } from '../../../main/ingest/mail/mail-reading.ts';
import { mailRuleOf, mailRuleProblem, readByRule } from '../../../main/ingest/mail/own-rules.ts';
import { ENGLISH } from '../../../main/messages/messages.ts';

const mail = (part: Partial<Mail> = {}): Mail => ({
  subject: 'Backup of nas failed',
  from: 'backup@cellar.lan',
  text: 'Volume: photos\nNo space left',
  files: [],
  headers: new Map(),
  key: null,
  isCut: false,
  ...part,
});
const rule = (part: Partial<MailRuleFields> = {}): MailRuleFields =>
  mailRuleFields.parse({
    name: 'Backups',
    subject: '^Backup of (?<host>\\S+) (?:failed|succeeded)$',
    text: '(?m)^Volume: (?P<volume>.+)$',
    resolvedWhen: 'succeeded$',
    host: '{host}.lan',
    kind: 'backup_failed',
    dedupKey: '{volume}',
    ...part,
  });
const context = { source: 'mail', messages: ENGLISH };
const read = (given: Mail, fields = rule()) => readByRule(given, fields, context);

describe('a rule for mails', () => {
  test('raises an alert, and resolves the same by the mail that says it is over', () => {
    const condition = { host: 'nas.lan', kind: 'backup_failed', dedupKey: 'photos' };
    expect(read(mail())?.events).toMatchObject([
      {
        ...condition,
        status: 'firing',
        severity: 'critical',
        message: 'Backup of nas failed\nVolume: photos\nNo space left',
        labels: { from: 'backup@cellar.lan', rule: 'Backups' },
      },
    ]);
    const over = read(mail({ subject: 'Backup of nas succeeded' }));
    expect(over?.events).toMatchObject([{ ...condition, status: 'resolved' }]);
  });

  test('is not ended by what the text of a failure says', () => {
    const text = 'Volume: photos\n5 of 6 volumes succeeded';
    expect(read(mail({ text }), rule({ resolvedWhen: 'succeeded' }))?.events).toMatchObject([
      { status: 'firing' },
    ]);
    const ofText = rule({ subject: '', host: 'nas', resolvedWhen: 'succeeded$' });
    expect(read(mail({ text }), ofText)?.events).toMatchObject([{ status: 'resolved' }]);
  });

  test('needs all of its patterns to match', () => {
    expect(read(mail({ text: 'no volume' }))).toBeNull();
    expect(read(mail(), rule({ from: '@garage\\.lan$' }))).toBeNull();
    expect(read(mail(), rule({ from: '@cellar\\.lan$' }))).not.toBeNull();
  });

  test('makes messages without a kind, or where the kind is empty', () => {
    for (const kind of ['', '{volume}']) {
      const text = '(?m)^Volume:(?P<volume> \\d+)?';
      const reading = read(mail(), rule({ kind, text, severity: 'info' }));
      expect(reading).toMatchObject({
        events: [],
        messages: [{ topic: 'nas.lan', title: 'Backup of nas failed', severity: 'info' }],
      });
    }
  });

  test('has the severity that it names, info included, and a group of any name', () => {
    expect(read(mail(), rule({ severity: 'info' }))?.events).toMatchObject([{ severity: 'info' }]);
    const given = rule({
      text: '(?m)^Volume: (?P<__proto__>.+)$',
      kind: 'x',
      dedupKey: '{__proto__}',
    });
    expect(read(mail(), given)?.events).toMatchObject([{ kind: 'x', dedupKey: 'photos' }]);
  });

  test('takes the host from the sender where it names none', () => {
    const [event] = read(mail({ from: 'root@cellar.lan' }), rule({ host: '' }))?.events ?? [];
    expect(event?.host).toBe('cellar.lan');
  });

  test('comes before those of known programs, the first of several before the others', () => {
    const known = mail({ subject: 'SMART error (EmailTest) detected on host: nas' });
    const own = ['a', 'b'].map((name) =>
      mailRuleOf(rule({ name, subject: '^SMART', text: '', host: 'mine', kind: name })),
    );
    expect(readMail(known, own, context).events).toMatchObject([{ host: 'mine', kind: 'a' }]);
    expect(readMail(known, [], context).messages).toMatchObject([{ topic: 'nas' }]);
  });

  test('leaves out credentials in links', () => {
    const text = 'Volume: x\nhttps://user:hunter2@nas.lan/';
    expect(JSON.stringify(read(mail({ text })))).not.toContain('hunter2');
  });
});

test.each([
  [{ subject: '(' }, 'subject', 'issue.pattern'],
  [{ resolvedWhen: '[' }, 'resolvedWhen', 'issue.pattern'],
  [{ subject: '(?=x)' }, 'subject', 'issue.pattern'],
  [{ text: '(?:.{1,100}){10}$' }, 'text', 'issue.pattern_size'],
  [{ subject: '', text: '', host: '', dedupKey: '' }, 'subject', 'issue.mail_pattern'],
  [{ kind: '{nothing}' }, 'kind', 'issue.mail_group'],
  // Only some of the mails have it.
  [{ resolvedWhen: '(?<end>x)', dedupKey: '{end}' }, 'dedupKey', 'issue.mail_group'],
])('is refused by the name of its field: %j', (part, field, code) => {
  expect(mailRuleProblem(rule(part))).toMatchObject({ field, reason: { code } });
});

test('is taken with groups in both spellings', () => {
  expect(mailRuleProblem(rule())).toBeNull();
});
