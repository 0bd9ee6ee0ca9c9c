/** @module-tag slow */
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HttpReceiver } from '../support/http-receiver.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { isPosix } from '../support/posix.ts';

const ADMIN = 'admin-token-of-the-test';

vi.setConfig({ testTimeout: 120_000 });

let temp: ReturnType<typeof tempDir>;
let dataDir: string;
const apps: StandInProcess[] = [];

beforeEach(() => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.kill();
  temp[Symbol.dispose]();
});

function launch(env: Readonly<Record<string, string>> = {}, args: string[] = []): StandInProcess {
  const app = new StandInProcess({
    env: { BELFRY_DATA_DIR: dataDir, BELFRY_PORT: '0', BELFRY_ADMIN_TOKEN: ADMIN, ...env },
    args,
  });
  apps.push(app);
  return app;
}

const serverFile = (): string => join(dataDir, 'server.json');

async function started(app: StandInProcess): Promise<StandInProcess> {
  await expect.poll(() => existsSync(serverFile()), { timeout: 60_000, interval: 50 }).toBe(true);
  return app;
}

async function post(path: string, body: unknown): Promise<void> {
  const { url } = JSON.parse(readFileSync(serverFile(), 'utf8')) as { url: string };
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

describe('a start that fails', () => {
  test('before anything runs shows why and ends with 1', async () => {
    const file = join(temp.path, 'file');
    writeFileSync(file, '');
    const app = launch({ BELFRY_DATA_DIR: join(file, 'data') });
    expect(await app.exited).toBe(1);
    expect(app.log).toContain('[error box] Belfry could not start: ');
  });

  test('over its environment does so too', async () => {
    const app = launch({ BELFRY_PORT: 'http' });
    expect(await app.exited).toBe(1);
    expect(app.log).toContain(
      '[error box] Belfry could not start: The port (--port, BELFRY_PORT) must be',
    );
  });
});

describe('a fault that nothing catches', () => {
  test('is logged, and the app goes on', async () => {
    const app = await started(launch());
    await app.ask('throwLater', 'thrown by the test');
    await app.ask('rejectLater', 'rejected by the test');
    await expect.poll(() => app.log).toContain('"unhandled rejection"');
    const [thrown = ''] = app.log.split('\n').filter((line) => line.includes('uncaught exception'));
    expect(JSON.parse(thrown)).toMatchObject({
      level: 'error',
      error: 'thrown by the test',
      stack: expect.stringContaining('drive.ts') as string,
    });
    expect(await app.quit()).toBe(0);
  });
});

describe.runIf(isPosix)('a terminal that is closed', () => {
  test('changes nothing for the app that writes to it', async () => {
    const app = await started(launch());
    app.closeOutput();
    await app.ask('crashPage');
    await app.ask('throwLater', 'one more line');
    await post('/api/v1/events', { host: 'nas', kind: 'disk_full', status: 'firing' });
    await expect.poll(async () => (await app.ask('tray')).toolTip).toContain('1 open alert');
    expect(await app.quit()).toBe(0);
  });
});

describe('a drain that a person does not want to wait for', () => {
  test('ends from the tray', async () => {
    await using receiver = await HttpReceiver.start();
    receiver.respond = () => undefined;
    const app = await started(launch());
    const config = { url: receiver.url };
    await post('/api/v1/channels', { kind: 'webhook', name: 'slow', config });
    await post('/api/v1/events', { host: 'nas', kind: 'disk_full', status: 'firing' });
    await receiver.count(1);
    await app.ask('quit');
    await expect.poll(async () => (await app.ask('tray')).labels).toContain('Quit now');
    await app.ask('clickTrayMenu', 'Quit now');
    expect(await app.exited).toBe(130);
  });
});

describe('a link to an alert', () => {
  const LINK = 'belfry://alert/0199a0f0-1234-7000-8000-0123456789ab';

  test('opens a hidden app, and does nothing but show', async () => {
    const loads: string[] = [];
    const app = launch({}, ['--hidden']);
    app.on('load', ({ url }) => loads.push(url));
    await started(app);
    expect(loads).toEqual([]);
    await app.ask('secondInstance', [LINK]);
    await expect.poll(() => loads).toEqual(['belfry-window://app/#/alerts']);
    await expect.poll(async () => (await app.ask('window')).visible).toBe(true);
    expect(await app.quit()).toBe(0);
  });

  test('shows the window of an app that was started for it', async () => {
    const app = launch({}, ['--hidden', LINK]);
    const loaded = once(app, 'load');
    await started(app);
    await loaded;
    expect(await app.quit()).toBe(0);
  });
});

describe('a system that shuts down', () => {
  test('is asked to wait until the app has ended', async () => {
    const app = await started(launch());
    expect(await app.ask('shutDown')).toBe(true);
    expect(await app.exited).toBe(0);
    expect(existsSync(serverFile())).toBe(false);
  });
});

describe.runIf(isPosix)('a second start while the first drains', () => {
  test('runs once everything is delivered', async () => {
    const open: ServerResponse[] = [];
    await using receiver = await HttpReceiver.start();
    receiver.respond = (response) => open.push(response);
    const seen = join(temp.path, 'seen');
    const appImage = join(temp.path, 'Belfry.AppImage');
    const script = `#!/bin/sh\nls ${dataDir} > ${seen}.part; echo "args:$*" >> ${seen}.part\nmv ${seen}.part ${seen}\n`;
    writeFileSync(appImage, script);
    chmodSync(appImage, 0o755);
    const app = await started(launch({ APPIMAGE: appImage }, ['--hidden']));
    await post('/api/v1/channels', {
      kind: 'webhook',
      name: 'slow',
      config: { url: receiver.url },
    });
    await post('/api/v1/events', { host: 'nas', kind: 'disk_full', status: 'firing' });
    await receiver.count(1);

    await app.ask('quit');
    await expect.poll(() => existsSync(serverFile())).toBe(false);
    await expect
      .poll(() => app.ask('tray'))
      .toMatchObject({
        toolTip: 'Finishing 1 delivery…',
        labels: ['Finishing 1 delivery…', 'Quit now'],
      });
    const link = 'belfry://alert/0199a0f0-1234-7000-8000-0123456789ab';
    await app.ask('secondInstance', [link]);
    expect(existsSync(seen)).toBe(false);
    for (const response of open) response.writeHead(204).end();
    expect(await app.exited).toBe(0);
    await expect.poll(() => existsSync(seen)).toBe(true);
    const content = readFileSync(seen, 'utf8');
    expect(content).toContain('belfry.db\n');
    expect(content).not.toContain('-wal');
    expect(content).toMatch(new RegExp(`args:.*${link}\n`));
    expect(content).not.toContain('--hidden');
  });
});
