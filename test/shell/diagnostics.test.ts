/** @module-tag slow */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HttpReceiver } from '../support/http-receiver.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { tempDir } from '../support/temp-dir.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The texts that must not be in a file that people attach to public reports. */
const CANARY = {
  admin: 'c4nary-adm1n',
  path: 'c4narywebh00kpath',
  user: 'c4naryus3r',
  password: 'c4narypassw0rd',
  header: 'c4naryh3aderv4lue',
  beat: 'c4narybeatp4th',
  text: 'c4narym3ssage',
  thrown: 'c4narythr0wnt0ken',
};

let temp: ReturnType<typeof tempDir>;
let app: StandInProcess;
beforeEach(() => {
  temp = tempDir();
});
afterEach(async () => {
  await app.kill();
  temp[Symbol.dispose]();
});

async function started(): Promise<string> {
  const dataDir = join(temp.path, 'data');
  app = new StandInProcess({
    env: { BELFRY_DATA_DIR: dataDir, BELFRY_PORT: '0', BELFRY_ADMIN_TOKEN: CANARY.admin },
  });
  const server = join(dataDir, 'server.json');
  await expect.poll(() => existsSync(server), { timeout: 60_000, interval: 50 }).toBe(true);
  return (JSON.parse(readFileSync(server, 'utf8')) as { url: string }).url;
}

test('diagnostics have versions, states and the log, and no secret that was planted', async () => {
  const url = await started();
  const call = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${CANARY.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return JSON.parse(text);
  };
  await using receiver = await HttpReceiver.start();
  receiver.respond = (response) => response.writeHead(500).end(CANARY.text);
  const { host } = new URL(receiver.url);
  await call('POST', '/api/v1/channels', {
    kind: 'webhook',
    name: CANARY.text,
    config: {
      url: `http://${CANARY.user}:${CANARY.password}@${host}/${CANARY.path}?key=${CANARY.path}`,
      headers: { 'x-key': CANARY.header },
    },
  });
  const { token } = (await call('POST', '/api/v1/tokens', { name: 'nas', scope: 'ingest' })) as {
    token: string;
  };
  await call('PATCH', '/api/v1/settings', {
    publicUrl: `https://${CANARY.user}.example.org`,
    outboundHeartbeat: { url: `${receiver.url}/${CANARY.beat}` },
  });
  await call('POST', '/api/v1/events', {
    host: 'nas',
    kind: 'disk_full',
    status: 'firing',
    message: `password=${CANARY.text}`,
  });
  await receiver.count(1);
  // Whatever a library puts into an error ends in the log.
  await app.ask('throwLater', `GET https://${CANARY.user}:${CANARY.password}@nas/${CANARY.path}`);
  await app.ask('rejectLater', `Bearer ${CANARY.thrown}, ${CANARY.admin} and ${token}`);
  await expect.poll(() => app.log).toContain('unhandled rejection');

  const path = join(temp.path, 'diagnostics.txt');
  await app.ask('clickAppMenu', 'Save Diagnostics…', path);
  await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toContain('rejection');
  const text = readFileSync(path, 'utf8');
  const facts = JSON.parse(text.slice(0, text.indexOf('\n\n'))) as Record<string, unknown>;
  expect(facts).toMatchObject({
    belfry: '0.0.0-stand-in',
    versions: { node: process.versions.node },
    status: { host: 'desktop', http: 'on', storage: 'writable' },
    settings: { publicUrl: true, outboundHeartbeat: { target: true }, flappingEnabled: true },
    channels: expect.arrayContaining([
      { kind: 'webhook', enabled: true, attention: null },
    ]) as unknown,
  });
  expect(text).toContain('"level":"error","message":"uncaught exception"');
  expect(text).toContain('https://…');
  for (const secret of [...Object.values(CANARY), token]) expect(text).not.toContain(secret);
  expect(text).not.toContain(temp.path.slice(1) + '/data/secret.key');
});

test('diagnostics that cannot be saved are reported, and a person may change their mind', async () => {
  await started();
  const path = join(temp.path, 'file', 'diagnostics.txt');
  writeFileSync(join(temp.path, 'file'), '');
  await app.ask('clickAppMenu', 'Save Diagnostics…', '');
  await app.ask('clickAppMenu', 'Save Diagnostics…', path);
  await expect
    .poll(async () => (await app.ask('record')).errorBoxes.map(({ title }) => title))
    .toEqual(['The diagnostics could not be saved']);
});

test('the help menu opens the folder of the log, which has what the core says too', async () => {
  await started();
  await app.ask('clickAppMenu', 'Open Log Folder');
  const directory = join(temp.path, 'data', 'logs');
  expect((await app.ask('record')).openedPaths).toEqual([directory]);
  // A core that cannot start, in a process that believes to be the only one.
  const env = { BELFRY_DATA_DIR: join(temp.path, 'data'), BELFRY_PORT: '0' };
  const second = new StandInProcess({ env });
  expect(await second.exited).toBe(1);
  const log = readFileSync(join(directory, 'belfry.log'), 'utf8');
  expect(log).toContain('"message":"the core could not start"');
  expect(log).toContain('"message":"could not start"');
  expect(second.log).toContain('"message":"the core could not start"');
});
