/** @module-tag slow */
import { afterEach, expect, test, vi } from 'vitest';
import { MAIL_LIMITS } from '../../../main/transport/mail/mail-limits.ts';
import { until } from '../../support/until.ts';
import { base64, MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 60_000 });

let lab: MailLab;
afterEach(() => lab[Symbol.asyncDispose]());

/** Begins a mail of a known sender, up to its recipient. */
async function begun() {
  const talk = await lab.talk();
  const token = await lab.ingest.newToken('ingest', String(Math.random()));
  await talk.say(`AUTH PLAIN ${base64(`\0x\0${token}`)}`);
  await talk.say('MAIL FROM:<root@nas.lan>');
  await talk.say('RCPT TO:<a@b.lan>');
  return talk;
}

const texts = (): string[] =>
  lab.ingest.fixture.db
    .all<{ readonly message: string }>('SELECT message FROM alerts ORDER BY seq')
    .map(({ message }) => message);

test('refuses a mail that is too big, before it comes and after, and reads the beginning of a long one', async () => {
  lab = await MailLab.start({}, { mailBytesMax: 500_000, keptBytesMax: 10_000 });
  const talk = await begun();
  expect(await talk.say('RSET')).toMatch(/^250/);
  expect(await talk.say('MAIL FROM:<a@b.lan> SIZE=600000')).toMatch(/^552 /);
  await talk.say('MAIL FROM:<a@b.lan>');
  await talk.say('RCPT TO:<a@b.lan>');
  expect(await talk.data(`Subject: x\n\n${'0123456789\n'.repeat(60_000)}`)).toMatch(/^552 /);
  expect(texts()).toEqual([]);
  await talk.say('MAIL FROM:<a@b.lan>');
  await talk.say('RCPT TO:<a@b.lan>');
  expect(await talk.data(`Subject: x\n\nbegin\n${'0123456789\n'.repeat(5_000)}`)).toMatch(/^250 /);
  expect(texts()).toEqual([expect.stringMatching(/^begin\n[^]*only its beginning was read/)]);
});

test('bounds lines, recipients, connections and mails of a network', async () => {
  lab = await MailLab.start({}, { connectionsPerNetworkMax: 2, mailsPerWindowMax: 3 });
  const talk = await begun();
  for (let n = 1; n < MAIL_LIMITS.recipientsMax; n++) {
    expect(await talk.say(`RCPT TO:<a${n}@b.lan>`)).toMatch(/^250/);
  }
  expect(await talk.say('RCPT TO:<more@b.lan>')).toMatch(/^452 /);
  const second = await lab.talk();
  const third = await lab.talk();
  expect(third.greeting).toMatch(/^421 Too many connections/);
  expect(await second.say(`NOOP ${'x'.repeat(MAIL_LIMITS.commandBytesMax)}`)).toMatch(/^421 /);
  await talk.say('RSET');
  for (let n = 0; n < 2; n++) {
    expect(await talk.say('MAIL FROM:<a@b.lan>')).toMatch(/^250/);
    await talk.say('RSET');
  }
  expect(await talk.say('MAIL FROM:<a@b.lan>')).toMatch(/^451 Too many mails/);
  lab.ingest.fixture.clock.advance(MAIL_LIMITS.mailWindowMs);
  expect(await talk.say('MAIL FROM:<a@b.lan>')).toMatch(/^250/);
});

test('cuts a mail that never ends, and stores nothing of it', async () => {
  lab = await MailLab.start();
  const talk = await begun();
  expect(await talk.say('DATA')).toMatch(/^354/);
  talk.write('Subject: slow\r\n');
  lab.ingest.fixture.clock.advance(MAIL_LIMITS.dataMs);
  expect(await talk.reply()).toMatch(/^421 The mail took too long/);
  expect(await talk.reply()).toBe('');
  expect(texts()).toEqual([]);
});

test('a sender that hangs up within a mail leaves nothing behind', async () => {
  lab = await MailLab.start();
  const talk = await begun();
  await talk.say('DATA');
  talk.write('Subject: half\r\n\r\nhalf of');
  talk.hangUp();
  const next = await begun();
  expect(await next.data('Subject: whole\n\nwhole')).toMatch(/^250 /);
  expect(texts()).toEqual(['whole']);
});

test('takes no second mail out of the text of one (smuggling by bare line feeds)', async () => {
  lab = await MailLab.start();
  const talk = await begun();
  await talk.say('DATA');
  talk.write(
    'Subject: one\r\n\r\nfirst\n.\nMAIL FROM:<evil@x.lan>\n\r\n.\nRCPT TO:<a@b.lan>\r\n.\r\n',
  );
  expect(await talk.reply()).toMatch(/^250 /);
  expect(texts()).toHaveLength(1);
});

test('a stop ends idle conversations at once', async () => {
  lab = await MailLab.start();
  const talk = await lab.talk();
  await lab.set({ enabled: false });
  expect(await talk.reply()).toMatch(/^421 /);
  await until(() => lab.ingest.mailState.address === null, 'mail is off');
});

test('a guesser is told so, and a right token still passes', async () => {
  lab = await MailLab.start({}, { connectionsPerNetworkMax: 100 });
  const token = await lab.ingest.newToken('ingest');
  let last = '';
  for (let n = 0; n < 32; n++) last = await lab.send('x', { to: 'a@b', password: `guess ${n}` });
  expect(last).toMatch(/^421 Too many failed sign-ins/);
  expect(await lab.send('Subject: x\n\nx', { to: 'a@b.lan', password: token })).toMatch(/^250 /);
  expect(lab.ingest.logged.join()).not.toContain('guess');
});
