import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, type App } from '../../main/app.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { tempDir } from '../support/temp-dir.ts';
import { freePort, Program } from './program.ts';
import { appOptions } from '../support/app-options.ts';

const ADMIN = { actor: 'test', scope: 'admin', source: null } as const;
const WAIT = { timeout: 30_000, interval: 50 };

let dir: ReturnType<typeof tempDir>;
let port: number;
let certificate: string;
let server: Program;
let app: App;

beforeEach(async () => {
  dir = tempDir();
  port = await freePort();
  const { key, cert } = selfSignedCertificate();
  certificate = cert;
  writeFileSync(join(dir.path, 'key.pem'), key);
  writeFileSync(join(dir.path, 'cert.pem'), cert);
  // With a certificate it takes nothing before STARTTLS. What it takes it prints.
  server = new Program(
    'aiosmtpd',
    // prettier-ignore
    ['-n', '-d', '-l', `127.0.0.1:${port}`, '--tlscert', join(dir.path, 'cert.pem'), '--tlskey', join(dir.path, 'key.pem'),
      '-c', 'aiosmtpd.handlers.Debugging', 'stdout'],
    { PYTHONUNBUFFERED: '1' },
  );
  await vi.waitFor(() => expect(server.output).toContain('Server is listening'), WAIT);
  app = createApp(appOptions(dir.path));
  await app.start();
});

afterEach(async () => {
  await app.stop();
  await server.stop();
  dir[Symbol.dispose]();
});

async function addChannel(over: Record<string, unknown>): Promise<string> {
  const config = { host: 'localhost', port, from: 'belfry@lab.lan', to: 'you@lab.lan', ...over };
  const input = { kind: 'smtp', name: 'mail', config, enabled: true };
  const created = await app.dispatch('channels.create', input, ADMIN);
  return (created as { value: { id: string } }).value.id;
}

const statsBecome = (wanted: Record<string, number>): Promise<void> =>
  vi.waitFor(async () => {
    expect(await app.dispatch('notifications.stats', {}, ADMIN)).toMatchObject({ value: wanted });
  }, WAIT);

test('a mail arrives over STARTTLS, and what resolves the alert joins its thread', async () => {
  await addChannel({ certificate });
  const event = { host: 'nas', kind: 'backup_failed', message: 'naïve “quotes”' };
  await app.dispatch('events.ingest', { ...event, status: 'firing' }, ADMIN);
  await statsBecome({ sent: 1 });
  await app.dispatch('events.ingest', { ...event, status: 'resolved' }, ADMIN);
  await statsBecome({ sent: 2 });
  await vi.waitFor(() => expect(server.output).toContain('Subject: Resolved: backup_failed'), WAIT);
  const subjects = server.output.match(/^Subject: .*$/gm);
  expect(subjects).toEqual([
    'Subject: WARNING: backup_failed on nas',
    'Subject: Resolved: backup_failed on nas',
  ]);
  const threads = server.output.match(/^References: .*$/gm) ?? [];
  expect(threads).toHaveLength(2);
  expect(new Set(threads).size).toBe(1);
  expect(server.output).toContain('na=C3=AFve');
});

test('a server that wants encryption is distinguished from one that wants a login', async () => {
  const id = await addChannel({ security: 'none' });
  await app.dispatch('channels.test', { id }, ADMIN);
  await statsBecome({ dead: 1 });
  const dead = await app.dispatch('notifications.list', { status: 'dead' }, ADMIN);
  const reason = { code: 'failure.mail_starttls_required', params: { fields: ['smtp.security'] } };
  expect(dead).toMatchObject({ value: { data: [{ lastErrorClass: 'configuration', reason }] } });
});
