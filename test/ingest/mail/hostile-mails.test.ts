/** @module-tag slow */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { mailRuleOf } from '../../../main/ingest/mail/own-rules.ts';
import { LIMITS } from '../../../main/contract/limits.ts';
import { readMailSource } from '../../../main/ingest/mail/mail.ts';
import { pingLogOf, readMail, type MailReading } from '../../../main/ingest/mail/mail-reading.ts';
import { ENGLISH } from '../../../main/messages/messages.ts';
import { MAIL_LIMITS } from '../../../main/transport/mail/mail-limits.ts';
import { cpuClock } from '../../support/cpu-time.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/** `npm run fuzz` asks for more. */
const RUNS = Number(process.env['BELFRY_FUZZ_RUNS'] ?? 300);
/** The thread of HTTP waits for it. */
const READ_CPU_MAX_MS = 5_000;

const FIXTURES = join(import.meta.dirname, 'fixtures');
const SAMPLES = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => readFileSync(join(FIXTURES, file), 'latin1'));

/** Takes all that a stranger writes into everything that a rule can fill. */
const OWN = [
  mailRuleOf({
    name: 'everything',
    from: '(?<sender>.*)',
    subject: '(?s)Cron.*?(?<subject>.*)',
    text: '(?s)(?<text>.*)',
    resolvedWhen: '[0-4]$',
    host: '{sender}',
    kind: '{subject}',
    dedupKey: '{text}',
    severity: null,
  }),
];

async function read(bytes: Buffer): Promise<MailReading> {
  const used = cpuClock();
  const mail = await readMailSource({
    bytes: bytes.subarray(0, MAIL_LIMITS.keptBytesMax),
    isCut: bytes.length > MAIL_LIMITS.keptBytesMax,
    sender: 'a@b.lan',
  });
  const reading = readMail(mail, OWN, { source: 'mail', messages: ENGLISH });
  expect(used()).toBeLessThan(READ_CPU_MAX_MS);
  expect(pingLogOf(mail).length).toBeLessThanOrEqual(LIMITS.pingLogCharsMax);
  return reading;
}

/** Whatever was sent becomes something, within the limits. */
function holds({ events, messages }: MailReading): void {
  expect(events.length + messages.length).toBeGreaterThan(0);
  expect(events.length).toBeLessThanOrEqual(LIMITS.eventsPerRequestMax);
  for (const { host, kind, dedupKey, message, labels } of events) {
    for (const part of [host, kind, dedupKey]) {
      expect(part.length).toBeLessThanOrEqual(LIMITS.identityCharsMax);
    }
    expect(host).not.toBe('');
    expect(kind).not.toBe('');
    expect(message.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
    expect(Object.keys(labels).length).toBeLessThanOrEqual(LIMITS.labelsMax);
  }
  for (const { topic, title, text } of messages) {
    expect(topic).not.toBe('');
    expect(topic.length).toBeLessThanOrEqual(LIMITS.identityCharsMax);
    expect(title.length).toBeLessThanOrEqual(500);
    expect(text.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
    expect(text.isWellFormed()).toBe(true);
    expect(`${title}${text}`).not.toBe('');
  }
}

const SIZE = MAIL_LIMITS.keptBytesMax;
const filled = (part: string): string => part.repeat(Math.ceil(SIZE / part.length));
const nested = Array.from(
  { length: 2_000 },
  (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
).join('');
const html = (part: string): string =>
  `Subject: x\r\nContent-Type: text/html\r\n\r\n${filled(part)}`;

test.each([
  ['nothing', ''],
  ['no header', 'hello world'],
  ['no text', 'Subject: x\r\n\r\n'],
  ['lone carriage returns', `Subject: x\r${filled('a\r\r')}`],
  ['ten thousand headers', `${'X-A: b\r\n'.repeat(10_000)}Subject: x\r\n\r\nhi`],
  ['one endless header', `Subject: ${filled('x')}`],
  ['encoded words without end', `Subject: ${filled('=?utf-8?q?a?= ')}\r\n\r\nhi`],
  ['folded lines without end', `Subject: a\r\n${filled(' b\r\n')}\r\nhi`],
  ['parts in parts', nested],
  [
    'parts without end',
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${filled('--b\r\n\r\nx\r\n')}`,
  ],
  ['mails in mails', filled('Content-Type: message/rfc822\r\n\r\n')],
  ['addresses without end', `From: ${filled('a <b@c>, ')}\r\n\r\nhi`],
  ['comments in comments', `From: ${filled('(')}\r\n\r\nhi`],
  ['parameters without end', `Content-Type: text/plain${filled('; a*0=b')}\r\n\r\nhi`],
  [
    'a charset that is none',
    `Content-Type: text/plain; charset=x-nothing\r\n\r\n${filled('\xff')}`,
  ],
  ['base64 that is none', `Content-Transfer-Encoding: base64\r\n\r\n${filled('=?*')}`],
  ['links that are not closed', html('<a href=')],
  ['comments that are not closed', html('<b><!--')],
  ['elements in elements', html('<div>')],
  ['tables in tables', html('<table><tr><td>')],
  ['lists in lists', html('<ul><li>x')],
  ['paragraphs without end', html('<p>x</p>')],
  ['entities without end', html('&amp;&#x1f600;')],
  [
    'a list of conditions without end',
    `Subject: Alerts\r\n\r\nTrueNAS @ x\n\nNew alerts:\n${filled('* a\n')}`,
  ],
  ['spaces before a line end', `Subject: x\r\n\r\n${filled(' ')}x`],
])('%s', async (_name, mail) => {
  holds(await read(Buffer.from(mail, 'latin1')));
});

test('damaged mails are read, bounded, and never throw', async () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '\r\n',
      '\r',
      '\0',
      '--b',
      '=?utf-8?b?////?=',
      '=?x?q?=FF?=',
      'Content-Type: multipart/mixed; boundary=b\r\n',
      'Content-Type: text/html\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      '<script>alert(1)</script>',
      '\ud800',
      'From: <>\r\n',
      'From: "',
      'X-Priority: 1\r\n',
      '__proto__: x\r\n',
      'http://user:pass@host/',
      'x'.repeat(20_000),
    ),
  );
  const damaged = fc
    .tuple(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.tuple(fc.nat(3_000), fc.nat(60), pieces), { maxLength: 6 }),
    )
    .map(([sample, changes]) =>
      changes.reduce((mail, [at, length, put]) => {
        const start = at % (mail.length + 1);
        return mail.slice(0, start) + put + mail.slice(start + length);
      }, sample),
    );
  const anything = fc
    .uint8Array({ maxLength: 2_000 })
    .map((bytes) => Buffer.from(bytes).toString('latin1'));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 9, arbitrary: damaged }, { weight: 1, arbitrary: anything }),
      async (mail) => holds(await read(Buffer.from(mail, 'latin1'))),
    ),
    { numRuns: RUNS },
  );
});
