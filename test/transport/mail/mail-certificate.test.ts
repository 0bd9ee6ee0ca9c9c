/** @module-tag slow */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { MailLab } from './mail-lab.ts';

vi.setConfig({ testTimeout: 30_000 });

let lab: MailLab;
/** The data directory's files, and a directory of another service beside it. */
let cert: string;
let key: string;
let elsewhere: ReturnType<typeof tempDir>;
beforeEach(async () => {
  elsewhere = tempDir();
  lab = await MailLab.start({ enabled: false, port: 2525 });
  cert = join(lab.ingest.fixture.dir, 'mail-cert.pem');
  key = join(lab.ingest.fixture.dir, 'mail-key.pem');
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  elsewhere[Symbol.dispose]();
});

const open = (): Promise<void> => lab.set({ enabled: true, port: 0 });
const reason = () => lab.ingest.mailState.reason;
const shown = async (): Promise<string> => (await lab.talk()).startTls();
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const filesOfMail = (): string[] =>
  readdirSync(lab.ingest.fixture.dir).filter((name) => name.startsWith('mail-'));

/** Returns an RSA key, which Belfry never makes. */
const rsaKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2_048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

test('STARTTLS presents exactly a given certificate, whose files stay as they are', async () => {
  const given = selfSignedCertificate('mail.nas.lan');
  writeFileSync(cert, given.cert, { mode: 0o644 });
  writeFileSync(key, given.key);
  chmodSync(key, 0o640);
  await open();
  expect(await shown()).toBe(new X509Certificate(given.cert).toString());
  expect(readFileSync(cert, 'utf8')).toBe(given.cert);
  expect(readFileSync(key, 'utf8')).toBe(given.key);
  expect(modeOf(key)).toBe(0o640);
});

test('a key that another service reads too keeps its mode behind a link', async () => {
  const given = selfSignedCertificate('mail.nas.lan');
  const [target, source] = [join(elsewhere.path, 'key.pem'), join(elsewhere.path, 'cert.pem')];
  writeFileSync(target, given.key);
  chmodSync(target, 0o640);
  writeFileSync(source, given.cert);
  symlinkSync(target, key);
  symlinkSync(source, cert);
  await open();
  expect(await shown()).toBe(new X509Certificate(given.cert).toString());
  expect(modeOf(target)).toBe(0o640);
  expect(readFileSync(target, 'utf8')).toBe(given.key);
  expect(readlinkSync(key)).toBe(target);
});

test('a pair is made whole, for its owner alone, and is the same after a restart', async () => {
  await open();
  const first = await shown();
  expect(modeOf(key)).toBe(0o600);
  expect(filesOfMail()).toEqual(['mail-cert.pem', 'mail-key.pem']);
  await lab.set({ enabled: false });
  await open();
  expect(await shown()).toBe(first);
});

test('a key that a crash has left without its certificate gets one', async () => {
  await open();
  const made = readFileSync(key, 'utf8');
  await lab.set({ enabled: false });
  rmSync(cert);
  writeFileSync(`${cert}.partial`, 'half of');
  await open();
  const certificate = new X509Certificate(await shown());
  expect(certificate.checkPrivateKey(createPrivateKey(made))).toBe(true);
  expect(readFileSync(cert, 'utf8')).toBe(certificate.toString());
  expect(readFileSync(key, 'utf8')).toBe(made);
  expect(modeOf(key)).toBe(0o600);
  expect(filesOfMail()).toEqual(['mail-cert.pem', 'mail-key.pem']);
});

test('what a crash has left of a key is made again', async () => {
  writeFileSync(`${key}.partial`, 'half of');
  await open();
  expect(
    new X509Certificate(await shown()).checkPrivateKey(createPrivateKey(readFileSync(key))),
  ).toBe(true);
  expect(filesOfMail()).toEqual(['mail-cert.pem', 'mail-key.pem']);
});

test.each([
  ['a key of another kind', () => writeFileSync(key, rsaKey())],
  [
    'a link to a key',
    () => {
      const target = join(elsewhere.path, 'key.pem');
      writeFileSync(target, selfSignedCertificate().key);
      symlinkSync(target, key);
    },
  ],
  ['a link to a key that is not there', () => symlinkSync(join(elsewhere.path, 'gone.pem'), key)],
  ['a certificate alone', () => writeFileSync(cert, selfSignedCertificate().cert)],
  [
    'a link to a certificate that is not there',
    () => symlinkSync(join(elsewhere.path, 'gone.pem'), cert),
  ],
])('half a pair that a person gave is not completed: %s', async (_half, give) => {
  give();
  const before = filesOfMail();
  await open();
  expect(reason()?.code).toBe('mail.certificate');
  expect(filesOfMail()).toEqual(before);
});

test('once the other half is there, the next try takes both', async () => {
  const given = selfSignedCertificate('mail.nas.lan');
  writeFileSync(cert, given.cert);
  await open();
  expect(reason()?.code).toBe('mail.certificate');
  writeFileSync(key, given.key);
  await lab.set({ host: '127.0.0.2' });
  await lab.set({ host: '127.0.0.1' });
  expect(await shown()).toBe(new X509Certificate(given.cert).toString());
});
