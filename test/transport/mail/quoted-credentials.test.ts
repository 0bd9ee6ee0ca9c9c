/** @module-tag slow */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heartbeatInput } from '../../../main/contract/heartbeat.ts';
import { mailRuleFields } from '../../../main/contract/mail-rule.ts';
import { until } from '../../support/until.ts';
import { MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 30_000 });

const KEPT_BYTES_MAX = 20_000;
/** The beginning of a token that would already help to guess it. */
const BEGINNING_CHARS = 12;

let lab: MailLab;
let token: string;
beforeEach(async () => {
  lab = await MailLab.start({}, { keptBytesMax: KEPT_BYTES_MAX });
  token = await lab.ingest.newToken('ingest', 'nas');
});
afterEach(() => lab[Symbol.asyncDispose]());

/** All rows of all tables but those in which people manage heartbeats, whose ping addresses are shown to them. */
function stored(): string {
  const { db } = lab.ingest.fixture;
  const tables = db.values<string>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'heartbeats'",
  );
  return JSON.stringify(tables.map((name) => db.all(`SELECT * FROM "${name}"`)));
}

/** Waits until the mail is among those that are kept for previews. */
const sampled = (): Promise<void> =>
  until(
    () => lab.ingest.fixture.db.value('SELECT count(*) FROM received_mails') === 1,
    'the mail is kept for previews',
  );

/** Adds a heartbeat and returns its ping id. */
async function heartbeat(): Promise<string> {
  const made = await lab.ingest.fixture.core.heartbeats.service.collection.create(
    heartbeatInput.parse({
      name: 'Backup',
      schedule: { type: 'period', periodMs: 86_400_000 },
      graceMs: 60_000,
    }),
    'test',
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value.pingId;
}

const attached = (name: string): string =>
  [
    'Subject: Scan',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    '',
    'marker',
    '--x',
    'Content-Type: application/pdf',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    'x',
    '--x--',
  ].join('\n');

/** Each way in which a mail may quote a token; all of them say `marker` as well. */
const QUOTES: Readonly<Record<string, (secret: string) => string>> = {
  'its subject': (secret) => `Subject: marker ${secret}\n\nText`,
  'an encoded subject': (secret) =>
    `Subject: =?utf-8?B?${Buffer.from(`marker ${secret}`).toString('base64')}?=\n\nText`,
  'its text': (secret) => `Subject: x\n\nmarker, write to ${secret}@belfry.`,
  'its text, in capitals': (secret) => `Subject: x\n\nmarker ${secret.toUpperCase()}`,
  'HTML alone': (secret) =>
    `Subject: x\nContent-Type: text/html\n\n<p>marker <b>${secret}</b>@belfry</p>`,
  'quoted-printable, over two lines': (secret) =>
    `Subject: x\nContent-Transfer-Encoding: quoted-printable\n\nmarker ${secret.slice(0, 20)}=\n${secret.slice(20)}`,
  'its sender': (secret) => `From: ${secret}@nas.lan\nSubject: marker\n\nText`,
  'the name of a file': (secret) => attached(`${secret}.pdf`),
  'the name of a file, cut within the token': (secret) => attached(`${'x'.repeat(180)}${secret}`),
  'a header that a known mail has': (secret) =>
    `Subject: marker\nX-Netdata-Severity: warning\nX-Netdata-Alert-Name: ${secret}\nX-Netdata-Chart: disk\nX-Netdata-Host: nas\n\nText`,
  'the subject that a rule fills in': (secret) => `Subject: Filled marker ${secret}\n\nText`,
  'a text that is cut within the token': (secret) => {
    const head = 'Subject: x\n\nmarker';
    const room = KEPT_BYTES_MAX - Math.floor(secret.length / 2);
    // With the line ends that SMTP has.
    return `${head.padEnd(room - 2, '.')}${secret} and more`;
  },
};

const FILLED = mailRuleFields.parse({
  name: 'Filled',
  subject: '^Filled (?<all>.*)$',
  host: '{all}',
  kind: 'filled',
  dedupKey: '{all}',
});

const WAYS = ['as its recipient', 'as its password'] as const;
const CASES = Object.keys(QUOTES).flatMap((part) => WAYS.map((way) => [part, way] as const));

test.each(CASES)('a token quoted in %s is kept nowhere, with the token %s', async (part, way) => {
  await lab.ingest.fixture.core.mailRules.collection.create(FILLED, 'ann');
  const mail = QUOTES[part]?.(token) ?? '';
  const to =
    way === 'as its recipient'
      ? { to: `${token}@belfry` }
      : { to: 'alerts@belfry', password: token };
  expect(await lab.send(mail, to)).toMatch(/^250 /);
  await sampled();
  const kept = stored().toLowerCase();
  expect(kept).toContain('marker');
  expect(kept).not.toContain(token.slice(0, BEGINNING_CHARS).toLowerCase());
  expect(JSON.stringify(lab.ingest.messages)).not.toContain(token.slice(0, BEGINNING_CHARS));
  expect(lab.ingest.logged.join('\n')).not.toContain(token.slice(0, BEGINNING_CHARS));
});

test('a sender that signs in and writes to a heartbeat leaves its token in no log of it', async () => {
  const pingId = await heartbeat();
  const mail = `Subject: Backup failed\n\nmarker, signed in as ${token}`;
  expect(await lab.send(mail, { to: `${pingId}@belfry`, password: token })).toMatch(/^250 /);
  expect(stored()).toContain('marker');
  expect(stored()).not.toContain(token);
});

test('a ping address is left out of its log, also in another case than the recipient', async () => {
  const pingId = await heartbeat();
  const mail = `Subject: Backup failed\n\nmarker, sent to ${pingId}@belfry`;
  expect(await lab.send(mail, { to: `${pingId.toUpperCase()}@belfry` })).toMatch(/^250 /);
  expect(stored()).toContain('marker');
  expect(stored()).not.toContain(pingId);
});

test('another token in a mail is kept nowhere, neither as a recipient nor as text', async () => {
  await lab.set({ networks: ['127.0.0.0/8'] });
  const reader = await lab.ingest.newToken('read');
  const mail = `Subject: x\n\nmarker, write to ${reader}@belfry.`;
  for (const password of [undefined, token]) {
    const envelope = { to: `${reader}@belfry`, ...(password !== undefined && { password }) };
    expect(await lab.send(mail, envelope)).toMatch(/^250 /);
  }
  expect(stored()).toContain('marker');
  expect(stored()).not.toContain(reader);
});
