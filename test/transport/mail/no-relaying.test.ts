/** @module-tag slow */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SmtpFake } from '../../channels/smtp-fake.ts';
import { MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 30_000 });

const MAIL = 'Subject: Hello\n\nPass me on.';

let lab: MailLab;
let token: string;
/** The server to which a relay would send. */
let elsewhere: SmtpFake;
beforeAll(async () => {
  lab = await MailLab.start();
  token = await lab.ingest.newToken('ingest');
  elsewhere = await SmtpFake.start();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

/** The recipients by which open relays are found (abuse.net's list, RFC 2505), for a server at `at`. */
const relayed = (at: string): readonly string[] => [
  `victim@${at}`,
  `victim%${at}@localhost`,
  `victim%${at}@[127.0.0.1]`,
  `"victim@${at}"@localhost`,
  `"victim@${at}"`,
  `"victim%${at}"@localhost`,
  `"victim%${at}"`,
  `victim%${at}`,
  `@localhost:victim@${at}`,
  `@[127.0.0.1]:victim@${at}`,
  `@localhost,@relay.test:victim@${at}`,
  `${at}!victim`,
  `${at}!victim@localhost`,
  `victim@${at}@localhost`,
  `victim@${at}@[127.0.0.1]`,
  `victim@[127.0.0.1]`,
  'postmaster',
  `victim@localhost%${at}`,
  `victim@ localhost`,
  `victim@${at}> <x@localhost`,
];

test('refuses every form of a recipient elsewhere from a stranger', async () => {
  for (const recipient of relayed(`127.0.0.1:${elsewhere.port}`).concat(relayed('example.org'))) {
    for (const from of ['spam@example.com', `${token}@belfry`]) {
      const answer = await lab.send(MAIL, { to: recipient, from });
      expect(answer, recipient).toMatch(/^(?:550|501|421 Too many failed) /);
    }
  }
  expect(lab.ingest.messages).toEqual([]);
  expect(elsewhere.received).toEqual([]);
});

test('stores the mail of a known sender and sends it nowhere, whatever the recipient', async () => {
  const known = relayed(`127.0.0.1:${elsewhere.port}`);
  let taken = 0;
  for (const to of known) {
    const answer = await lab.send(MAIL, { to, password: token });
    if (answer.startsWith('250')) taken += 1;
    else expect(answer, to).toMatch(/^501 /);
  }
  expect(taken).toBeGreaterThan(5);
  const count = 'SELECT count(*) FROM alerts WHERE is_message = 1';
  expect(lab.ingest.fixture.db.value(count)).toBe(taken);
  expect(elsewhere.received).toEqual([]);
});

test('knows no command that verifies, expands, sends on or hands over', async () => {
  const talk = await lab.talk();
  const commands = ['VRFY root', 'EXPN all', 'TURN', 'ETRN example.org', 'XCLIENT ADDR=10.0.0.1'];
  for (const command of [...commands, 'XFORWARD ADDR=10.0.0.1', 'SEND FROM:<a@b>']) {
    expect(await talk.say(command), command).toMatch(/^50\d /);
  }
});

test('nothing that receives mail has the means to send any', () => {
  for (const folder of ['main/transport/mail', 'main/ingest/mail']) {
    for (const file of readdirSync(folder)) {
      const source = readFileSync(join(folder, file), 'utf8');
      expect(source, file).not.toMatch(
        /nodemailer|createConnection|\bconnect\(|fetch\(|node:dns|node:http/,
      );
    }
  }
});
