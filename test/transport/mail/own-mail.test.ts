/** @module-tag slow */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mailMark, MARK_HEADER } from '../../../main/domain/own-mail.ts';
import { AppLab, LAB_DATA_KEY, LAB_SECOND_KEY } from '../app-lab.ts';
import { OWN_MARK } from '../../ingest/ingest-lab.ts';
import { Conversation, MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 60_000 });

let lab: AppLab;
let port: number;
let token: string;

/** Returns a port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

beforeAll(async () => {
  lab = await AppLab.start();
  port = await freePort();
  ({ token } = await lab.call<{ token: string }>('tokens.create', {
    name: 'mail',
    scope: 'ingest',
  }));
  await lab.call('settings.update', { mail: { enabled: true, host: '127.0.0.1', port } });
  const isOpen = async () => {
    const { mail } = await lab.call<{ mail: { address: string | null } }>('system.status', {});
    return mail.address !== null;
  };
  while (!(await isOpen())) await new Promise(setImmediate);
});
afterAll(() => lab[Symbol.asyncDispose]());

const mailTo = async (name: string): Promise<string> => {
  const config = {
    ...{ host: '127.0.0.1', port, security: 'none', from: 'belfry@lab.lan' },
    to: `${token}@belfry.lan`,
  };
  const { id } = await lab.call<{ id: string }>('channels.create', { kind: 'smtp', name, config });
  return id;
};

interface Held {
  readonly attention: { readonly reason: { readonly code: string } } | null;
}

async function isHeld(id: string): Promise<Held> {
  for (;;) {
    const channel = await lab.call<Held>('channels.get', { id });
    if (channel.attention) return channel;
    await new Promise(setImmediate);
  }
}

test('a channel that mails to its own Belfry fails with a next step, and raises no alert', async () => {
  const id = await mailTo('loop');
  await lab.alert();
  const channel = await isHeld(id);
  expect(JSON.stringify(channel)).toContain('failure.mail_loop');
  const { data } = await lab.call<{ data: { status: string }[] }>('notifications.list', {});
  expect(data.map(({ status }) => status)).toEqual(['dead']);
  expect(await lab.call('alerts.list', {})).toMatchObject({ total: 1 });
});

test('a test of such a channel says so, and raises no alert', async () => {
  const id = await mailTo('tested');
  await lab.call('channels.test', { id });
  expect(JSON.stringify(await isHeld(id))).toContain('failure.mail_loop');
  expect(await lab.call('alerts.list', {})).toMatchObject({ total: 1 });
});

/** Sends one mail to the app and returns the answer. */
async function answerTo(mark: string): Promise<string> {
  const talk = await Conversation.open(port);
  try {
    await talk.say('EHLO sender.test');
    await talk.say('MAIL FROM:<belfry@lab.lan>');
    await talk.say(`RCPT TO:<${token}@belfry.lan>`);
    return await talk.data(`Subject: Hello\n${MARK_HEADER}: ${mark}\n\nA mail.`);
  } finally {
    talk.hangUp();
  }
}

test('mails are known as own by the earlier keys too', async () => {
  await lab.call('keys.rotate', {});
  expect(await answerTo(mailMark(LAB_DATA_KEY))).toMatch(/^554 5\.4\.6 /);
  expect(await answerTo(mailMark(LAB_SECOND_KEY))).toMatch(/^554 5\.4\.6 /);
  expect(await lab.call('alerts.list', {})).toMatchObject({ total: 1 });
  expect(await answerTo(mailMark(Buffer.alloc(32, 9)))).toMatch(/^250 /);
  expect(await lab.call('alerts.list', {})).toMatchObject({ total: 2 });
});

const header = `${MARK_HEADER}: ${OWN_MARK}`;
const BOUNCE = [
  'Subject: Undelivered Mail Returned to Sender',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  '',
  'The mail could not be delivered.',
  '--b',
  'Content-Type: text/rfc822-headers',
  '',
  'Subject: disk_full on nas',
  header,
  '',
  '--b--',
].join('\n');

test.each([
  ['with its mark', `Subject: disk_full on nas\n${header}\n\nFull.`],
  ['that a server returns', BOUNCE],
])('a mail %s is refused, wherever it is to go', async (_name, mail) => {
  await using mails = await MailLab.start({ networks: ['127.0.0.1'] });
  const password = await mails.ingest.newToken('ingest');
  for (const envelope of [{ to: 'a@belfry', password }, { to: 'a@belfry' }]) {
    expect(await mails.send(mail, envelope)).toMatch(/^554 5\.4\.6 This mail is from this Belfry/);
  }
  expect(mails.ingest.fixture.db.value('SELECT count(*) FROM alerts')).toBe(0);
  const foreign = mail.replace(OWN_MARK, mailMark(Buffer.alloc(32, 9)));
  expect(await mails.send(foreign, { to: 'a@belfry', password })).toMatch(/^250 /);
  expect(mails.ingest.fixture.db.value('SELECT count(*) FROM alerts')).toBe(1);
});
