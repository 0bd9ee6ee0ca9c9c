import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createSmtp } from '../../main/channels/smtp.ts';
import { smtpConfig } from '../../main/contract/channel-kind.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { sampleOf, sendSample } from './send-sample.ts';
import { SmtpFake } from './smtp-fake.ts';
import { wordsOf } from '../support/failures.ts';

const smtp = createSmtp(() => 'c0ffee');
const config = (over: Record<string, unknown>) =>
  smtpConfig.parse({
    host: '127.0.0.1',
    from: 'belfry@example.org',
    to: 'you@example.org',
    ...over,
  });
const send = (over: Record<string, unknown>, name = 'raised'): Promise<Outcome> =>
  sendSample(smtp, config(over), sampleOf(name));

let fake: SmtpFake | null = null;
afterEach(async () => {
  await fake?.[Symbol.asyncDispose]();
  fake = null;
});

describe('encryption', () => {
  test('STARTTLS is never done without, even where the server offers none', async () => {
    fake = await SmtpFake.start({ disabledCommands: ['STARTTLS'] });
    const outcome = await send({ port: fake.port, username: 'a', password: 'b' });
    expect(outcome).toMatchObject({ kind: 'permanent', class: 'configuration' });
    expect(wordsOf(outcome)).toContain('does not offer STARTTLS');
    expect(fake.received).toEqual([]);
  });

  test.each(['starttls', 'tls'])('a certificate that nobody vouches for: %s', async (security) => {
    fake = await SmtpFake.start({ secure: security === 'tls' });
    const outcome = await send({ port: fake.port, security });
    expect(outcome).toMatchObject({ kind: 'permanent', class: 'certificate' });
    expect(wordsOf(outcome)).toContain('put it into “Trusted certificate”');
    expect(fake.received).toEqual([]);
  });

  test('TLS from the start with the trusted certificate', async () => {
    fake = await SmtpFake.start({ secure: true });
    const { port, certificate } = fake;
    expect(await send({ port, security: 'tls', certificate })).toMatchObject({ kind: 'sent' });
    expect(fake.received[0]).toMatch(/^TLS /);
  });

  test('another certificate than the trusted one is refused', async () => {
    fake = await SmtpFake.start({ secure: true });
    const { cert } = selfSignedCertificate();
    expect(await send({ port: fake.port, security: 'tls', certificate: cert })).toMatchObject({
      kind: 'permanent',
      class: 'certificate',
    });
  });

  test('what is no certificate is a matter of configuration', async () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----';
    expect(await send({ port: 9, security: 'tls', certificate })).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.certificate_unreadable',
        params: { fields: ['smtp.certificate'] },
      },
    });
  });

  test('none, for a server in the own network', async () => {
    fake = await SmtpFake.start();
    expect(await send({ port: fake.port, security: 'none' })).toMatchObject({ kind: 'sent' });
    expect(fake.received[0]).toMatch(/^clear /);
  });

  test('TLS to a port that does not speak it names the fix', async () => {
    fake = await SmtpFake.start();
    const outcome = await send({ port: fake.port, security: 'tls' });
    expect(outcome).toMatchObject({ kind: 'transient', class: 'connection' });
    expect(wordsOf(outcome)).toMatch(/correct the port or the encryption/);
  });
});

/** Sends to a server that says this and hangs up; returns the outcome. */
async function sendToOneThatSays(words: string): Promise<Outcome> {
  const server = createServer((socket) => socket.end(words));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outcome = await send({ port });
  server.close();
  await once(server, 'close');
  return outcome;
}

test('a server that hangs up without a word is tried again', async () => {
  expect(await sendToOneThatSays('')).toMatchObject({ kind: 'transient', class: 'connection' });
});

test('what answers there need not be a mail server', async () => {
  const outcome = await sendToOneThatSays('SSH-2.0-OpenSSH_9.2\r\n');
  expect(outcome).toMatchObject({ kind: 'permanent', class: 'configuration' });
  expect(wordsOf(outcome)).toContain('Something other than a mail server answered.');
});

test('a name that does not resolve is transient', async () => {
  expect(await send({ host: 'mail.invalid' })).toMatchObject({ kind: 'transient', class: 'dns' });
});

test.each([
  '169.254.169.254',
  'fe80::1',
  'fd00:ec2::254',
  '2852039166',
  '100.100.100.200',
  '0xc00000c0',
  'fd20:ce::254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
])('%s is never connected to', async (host) => {
  for (const security of ['starttls', 'tls', 'none']) {
    expect(await send({ host, security })).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
    });
  }
});

test('the same notification has the same Message-ID and the very same bytes, whichever attempt', async () => {
  fake = await SmtpFake.start();
  const delivery = sampleOf('raised');
  const where = config({ port: fake.port, security: 'none' });
  await sendSample(smtp, where, delivery);
  await sendSample(smtp, where, { ...delivery, attempt: 2 });
  expect(fake.received[0]).toContain(`Message-ID: <${delivery.notificationId}@example.org>`);
  expect(fake.received[1]).toBe(fake.received[0]);
});

test('mails about one alert answer to one id, and bundles to none', async () => {
  fake = await SmtpFake.start();
  const where = { port: fake.port, security: 'none' };
  for (const name of ['raised', 'resolved', 'group']) await send(where, name);
  const threads = fake.received.map((mail) => /^References: (.*)$/m.exec(mail)?.[1]);
  expect(threads).toEqual([
    `<alert-${sampleOf('raised').alert.id}@example.org>`,
    `<alert-${sampleOf('raised').alert.id}@example.org>`,
    undefined,
  ]);
});

test('a user name without a password is an error before anything is sent', async () => {
  fake = await SmtpFake.start();
  const { port, certificate } = fake;
  const outcome = await send({ port, certificate, username: 'belfry' });
  expect(outcome).toMatchObject({ kind: 'permanent', class: 'authentication' });
  expect(fake.received).toEqual([]);
});

describe('the configuration', () => {
  test.each([
    ['to', 'you@example.org\r\nBcc: evil@evil.lan'],
    ['to', 'you@example.org, <evil@evil.lan>'],
    ['to', ''],
    ['to', Array.from({ length: 51 }, (_, n) => `a${n}@example.org`).join()],
    ['from', 'a@b.c\r\nX: y'],
    ['host', 'mail.lan:25'],
    ['host', 'mail.lan\r\n'],
    ['port', 0],
    ['port', 65_536],
    ['security', 'maybe'],
    ['username', 'a\nb'],
    ['certificate', 'nonsense'],
  ])('%s cannot be %j', (name, value) => {
    const given = { host: 'mail.lan', from: 'a@example.org', to: 'b@example.org' };
    const parsed = smtpConfig.safeParse({ ...given, [name]: value });
    expect(parsed.error?.issues[0]?.path).toEqual([name]);
  });

  test('a long list of almost addresses is judged at once', () => {
    const to = `${'a@b, '.repeat(790)}!`;
    expect(smtpConfig.shape.to.safeParse(to).success).toBe(false);
  });
});
