/** @module-tag slow */
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heartbeatInput } from '../../../main/contract/heartbeat.ts';
import { until } from '../../support/until.ts';
import { base64, MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 30_000 });

const MAIL = [
  'From: "NAS" <root@nas.lan>',
  'To: admin@belfry',
  'Subject: Fan 2 failed',
  'Message-ID: <1@nas.lan>',
  'Date: Tue, 01 Dec 2026 10:00:00 +0000',
  '',
  'The fan stands still.',
].join('\n');

let lab: MailLab;
let token: string;
beforeEach(async () => {
  lab = await MailLab.start();
  token = await lab.ingest.newToken('ingest', 'nas');
});
afterEach(() => lab[Symbol.asyncDispose]());

const stored = (): unknown[] =>
  lab.ingest.fixture.db.all(
    'SELECT source, host, kind, severity, message FROM alerts ORDER BY seq',
  );

const FAN = {
  source: 'nas',
  host: 'nas.lan',
  kind: 'message',
  severity: 'critical',
  message: 'The fan stands still.',
};

test('takes a mail with a token as password, and answers once it is an alert', async () => {
  expect(await lab.send(MAIL, { to: 'root@nas', password: token })).toMatch(/^250 /);
  expect(stored()).toEqual([FAN]);
  expect(lab.ingest.messages[0]).toMatchObject({ title: 'Fan 2 failed', topic: 'nas.lan' });
});

test('takes a mail whose recipient is a token, and keeps the token nowhere', async () => {
  const quoting = `${MAIL}\nTo unsubscribe write to ${token}@belfry.`;
  expect(await lab.send(quoting, { to: `${token}@belfry` })).toMatch(/^250 /);
  expect(stored()).toMatchObject([{ source: 'nas', host: 'nas.lan' }]);
  const kept = JSON.stringify(lab.ingest.fixture.db.all('SELECT * FROM alerts'));
  expect(kept).not.toContain(token);
  expect(lab.ingest.logged.join('\n')).not.toContain(token);
});

test('keeps the token nowhere that is in the names of files or in headers that a rule reads', async () => {
  const mail = [
    'From: root@nas.lan',
    'Subject: report',
    `X-Netdata-Severity: warning`,
    `X-Netdata-Alert-Name: ${token}`,
    'X-Netdata-Chart: disk',
    'X-Netdata-Host: nas',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain',
    '',
    'attached',
    '--x',
    `Content-Disposition: attachment; filename="${token}.pdf"`,
    'Content-Type: application/pdf',
    '',
    'x',
    '--x--',
  ].join('\n');
  expect(await lab.send(mail, { to: `${token}@belfry` })).toMatch(/^250 /);
  const kept = JSON.stringify([
    lab.ingest.fixture.db.all('SELECT * FROM alerts'),
    lab.ingest.fixture.db.all('SELECT * FROM conditions'),
  ]);
  expect(kept).toContain('.pdf');
  expect(kept).not.toContain(token);
});

test('takes nothing more from a conversation whose token was revoked', async () => {
  const talk = await lab.talk();
  await talk.say(`AUTH PLAIN ${base64(`\0anybody\0${token}`)}`);
  await talk.say('MAIL FROM:<root@nas.lan>');
  expect(await talk.say('RCPT TO:<a@b>')).toMatch(/^250 /);
  await lab.ingest.revoke(token);
  expect(await talk.data(MAIL)).toMatch(/^550 .*revoked/);
  await talk.say('MAIL FROM:<root@nas.lan>');
  expect(await talk.say('RCPT TO:<a@b>')).toMatch(/^550 .*revoked/);
  expect(stored()).toEqual([]);
});

test('takes the login of programs that know AUTH LOGIN alone', async () => {
  const talk = await lab.talk();
  expect(await talk.say('AUTH LOGIN')).toMatch(/^334/);
  expect(await talk.say(base64('whoever'))).toMatch(/^334/);
  expect(await talk.say(base64(token))).toMatch(/^235/);
});

test('refuses what is no token, and a token that may not send', async () => {
  expect(await lab.send(MAIL, { to: 'a@b', password: 'letmein' })).toMatch(/^535 /);
  const reader = await lab.ingest.newToken('read');
  expect(await lab.send(MAIL, { to: 'a@b', password: reader })).toMatch(/^535 This token may not/);
  expect(await lab.send(MAIL, { to: 'root@nas' })).toMatch(/^550 No relaying/);
  expect(await lab.send(MAIL, { to: `${reader}@belfry` })).toMatch(/^550 The token/);
  expect(stored()).toEqual([]);
});

test('takes mail from allowed networks alone, and of allowed senders', async () => {
  await lab.set({ networks: ['10.0.0.0/8', 'fd00::/8'] });
  expect(await lab.send(MAIL, { to: 'root@nas' })).toMatch(/^550 /);
  await lab.set({ networks: ['127.0.0.0/8'], senders: ['nas.lan'] });
  expect(await lab.send(MAIL, { to: 'root@nas' })).toMatch(/^250 /);
  expect(await lab.send(MAIL, { to: 'root@nas', from: 'x@evil.nas.lan' })).toMatch(/^550 /);
  expect(await lab.send(MAIL, { to: 'root@nas', from: 'x@evilnas.lan' })).toMatch(/^550 /);
  await lab.set({ senders: ['root@nas.lan'] });
  expect(await lab.send(MAIL, { to: 'root@nas', from: 'ROOT@NAS.LAN' })).toMatch(/^250 /);
  expect(stored()).toMatchObject([{ source: 'mail' }]);
});

test('answers 451 when nothing can be stored, and a second try of the same mail notifies once', async () => {
  lab.ingest.storeFails = true;
  expect(await lab.send(MAIL, { to: 'a@b', password: token })).toMatch(/^451 /);
  expect(stored()).toEqual([]);
  lab.ingest.storeFails = false;
  expect(await lab.send(MAIL, { to: 'a@b', password: token })).toMatch(/^250 /);
  expect(await lab.send(MAIL, { to: 'a@b', password: token })).toMatch(/^250 /);
  expect(stored()).toEqual([FAN]);
  const later = MAIL.replace('10:00:00', '10:00:01');
  expect(await lab.send(later, { to: 'a@b', password: token })).toMatch(/^250 /);
  expect(stored()).toEqual([FAN, FAN]);
});

test('pings the heartbeat whose ping id is the recipient', async () => {
  const { core } = lab.ingest.fixture;
  const made = await core.heartbeats.service.collection.create(
    heartbeatInput.parse({
      name: 'Backup',
      schedule: { type: 'period', periodMs: 86_400_000 },
      graceMs: 60_000,
    }),
    'test',
  );
  if (!made.ok) throw new Error(made.error.message);
  const { id, pingId } = made.value;
  const state = () => core.heartbeats.service.get(id)?.state;
  const well = 'Subject: Backup finished, 0 errors\n\nAll good.';
  expect(await lab.send(well, { to: `${pingId}@belfry` })).toMatch(/^250 /);
  expect(state()).toBe('up');
  expect(await lab.send('Subject: Backup failed\n\nNo.', { to: `${pingId}@belfry` })).toMatch(
    /^250/,
  );
  expect(state()).toBe('down');
  expect(await lab.send(well, { to: `${pingId}+0@belfry` })).toMatch(/^250 /);
  expect(state()).toBe('up');
  expect(await lab.send(well, { to: `${pingId}+fail@belfry` })).toMatch(/^250 /);
  expect(state()).toBe('down');
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(await lab.send(well, { to: `${unknown}@belfry` })).toMatch(/^550 No heartbeat/);
  expect(lab.ingest.messages).toEqual([]);
});

test('speaks STARTTLS with a certificate that it made, whose key only its owner can read', async () => {
  const talk = await lab.talk();
  const shown = new X509Certificate(await talk.startTls());
  expect(shown.verify(shown.publicKey)).toBe(true);
  expect(shown.validToDate.getTime() - shown.validFromDate.getTime()).toBeGreaterThan(0);
  await talk.say('EHLO sender.test');
  expect(await talk.say(`AUTH PLAIN ${base64(`\0u\0${token}`)}`)).toMatch(/^235/);
  const { dir } = lab.ingest.fixture;
  expect(statSync(join(dir, 'mail-key.pem')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dir, 'mail-cert.pem'), 'utf8')).toBe(shown.toString());
});

test('says what is wrong with its port or its certificate, and tries the port again', async () => {
  await using other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await lab.set({ port });
  expect(lab.ingest.mailState).toEqual({
    address: null,
    reason: { code: 'mail.port_taken', params: { host: '127.0.0.1', port: String(port) } },
  });
  other.close();
  await once(other, 'close');
  lab.ingest.fixture.clock.advance(30_000);
  await until(
    () => lab.ingest.mailState.address === `smtp://127.0.0.1:${port}`,
    'mail is received again',
  );
  await lab.set({ host: '192.0.2.1' });
  expect(lab.ingest.mailState.reason?.code).toBe('mail.address_unknown');
  writeFileSync(join(lab.ingest.fixture.dir, 'mail-cert.pem'), 'rubbish');
  await lab.set({ host: '127.0.0.1' });
  expect(lab.ingest.mailState.reason?.code).toBe('mail.certificate');
  await lab.set({ enabled: false });
  expect(lab.ingest.mailState).toEqual({ address: null, reason: null });
});

test('takes what nodemailer sends: HTML alone, attachments, umlauts', async () => {
  const transport = createTransport({
    host: '127.0.0.1',
    port: lab.port,
    auth: { user: 'x', pass: token },
    tls: { rejectUnauthorized: false },
  });
  await transport.sendMail({
    from: 'Drucker Büro <drucker@büro.lan>',
    to: 'a@b.lan',
    subject: 'Toner fehlt – bitte prüfen',
    html: '<h1>Gerät</h1><p>Schwarz &amp; Gelb<br>leer</p>',
    attachments: [{ filename: 'bericht.pdf', content: Buffer.alloc(400_000) }],
    priority: 'high',
  });
  transport.close();
  expect(lab.ingest.messages).toMatchObject([
    {
      title: 'Toner fehlt – bitte prüfen',
      severity: 'critical',
      text: expect.stringMatching(/Gerät\n\nSchwarz & Gelb\nleer[^]*bericht\.pdf/) as string,
    },
  ]);
});
