import { expect, test } from 'vitest';
import { hostOf } from '../../../main/ingest/mail/mail-host.ts';
import { readMailSource } from '../../../main/ingest/mail/mail.ts';
import { severityOfMail } from '../../../main/ingest/mail/mail-severity.ts';

test.each([
  ['Drive SMART status: FAILING', 'critical'],
  ['Pool is unhealthy', 'critical'],
  ['Volume crashed', 'critical'],
  ['Disk corrupted', 'critical'],
  ['Overheating', 'critical'],
  ['Gerät überhitzt', 'critical'],
  ['Service not responding', 'warning'],
  ['Störung der USV', 'warning'],
  ['Error-free backup', 'info'],
  ['Power restored after failure', 'info'],
  ['Power restored after failure, disk failed', 'critical'],
  ['Backup finished with 0 errors', 'info'],
  ['Backup done', 'info'],
] as const)('%s is %s', (subject, severity) => {
  const mail = { subject, text: '', from: '', files: [], key: null, isCut: false };
  expect(severityOfMail({ ...mail, headers: new Map() })).toBe(severity);
});

test.each([
  ['1', 'critical'],
  ['1 (Highest)', 'critical'],
  ['2 (High)', 'warning'],
  ['10', 'info'],
] as const)('X-Priority %s is %s', (priority, severity) => {
  const mail = { subject: '', text: '', from: '', files: [], key: null, isCut: false };
  expect(severityOfMail({ ...mail, headers: new Map([['x-priority', priority]]) })).toBe(severity);
});

test.each([
  ['[pi4] Disk full', 'pi4'],
  ['pi4: Backup failed', 'pi4'],
  ['Backup failed on pi4', 'pi4'],
  ['Backup fehlgeschlagen auf PVE1', 'pve1'],
  ['Disk full on host nas', 'nas'],
  ['Backup (cellar.lan)', 'cellar.lan'],
  ['[cellar.example.org] Disk full', 'cellar.example.org'],
  ['Error on sda1', 'mail.example.org'],
  ['[backup] Disk full', 'mail.example.org'],
  ['fail2ban: banned one address', 'mail.example.org'],
  ['[v1.2.3] is out', 'mail.example.org'],
  ['Degraded: raid5', 'mail.example.org'],
])('the host of “%s” is %s', (subject, host) => {
  expect(hostOf({ subject, from: 'root@mail.example.org' })).toBe(host);
});

test('a plain part that only points to the HTML is not the text', async () => {
  const bytes = Buffer.from(
    [
      'From: nas@lab.lan',
      'Subject: Status',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'This message requires HTML.',
      '--x',
      'Content-Type: text/html',
      '',
      '<p>Disk sda has failed and has to be replaced.</p>',
      '--x--',
      '',
    ].join('\r\n'),
  );
  const mail = await readMailSource({ bytes, isCut: false, sender: '' });
  expect(mail.text).toBe('Disk sda has failed and has to be replaced.');
});
