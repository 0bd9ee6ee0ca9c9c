import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp, type App } from '../../main/app.ts';
import { tempDir } from '../support/temp-dir.ts';
import { freePort, Program } from './program.ts';
import { appOptions } from '../support/app-options.ts';

const ADMIN = { actor: 'test', scope: 'admin', source: null } as const;
const WAIT = { timeout: 30_000, interval: 50 };
const READER = ['-u', 'reader', '-P', 'reader-pw'] as const;

let dir: ReturnType<typeof tempDir>;
let port: number;
let broker: Program;
let app: App;

beforeEach(async () => {
  dir = tempDir();
  port = await freePort();
  const passwords = join(dir.path, 'passwords');
  writeFileSync(passwords, '');
  chmodSync(passwords, 0o600);
  for (const user of ['belfry', 'stranger', 'reader', 'homeassistant']) {
    execFileSync('mosquitto_passwd', ['-b', passwords, user, `${user}-pw`]);
  }
  const access = join(dir.path, 'access');
  writeFileSync(
    access,
    [
      'user belfry\ntopic write belfry/#\ntopic write homeassistant/#\ntopic read homeassistant/status',
      'user stranger\ntopic write elsewhere/#',
      'user homeassistant\ntopic readwrite homeassistant/#',
      'user reader\ntopic read #\n',
    ].join('\n\n'),
    { mode: 0o600 },
  );
  const config = join(dir.path, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${passwords}`,
      `acl_file ${access}`,
      // It gives up being root otherwise, and cannot read the files then.
      'user root\n',
    ].join('\n'),
  );
  await startBroker();
  app = createApp(appOptions(dir.path));
  await app.start();
});

afterEach(async () => {
  await app.stop();
  await broker.stop();
  dir[Symbol.dispose]();
});

/** It keeps nothing on disk, so it knows of no message that came before. */
async function startBroker(): Promise<void> {
  broker = new Program('mosquitto', ['-c', join(dir.path, 'mosquitto.conf')]);
  await vi.waitFor(() => expect(broker.output).toContain('running'), WAIT);
}

const subscriber = (topic: string, ...more: readonly string[]): string[] => [
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  ...READER,
  '-t',
  topic,
  '-F',
  '%r %t %p',
  ...more,
];

/** Returns the first message that the broker retains for later subscribers of these topics. */
async function retained(topic: string, waitSeconds = '10'): Promise<string> {
  const args = subscriber(topic, '--retained-only', '-C', '1', '-W', waitSeconds);
  // The core runs in this process, so waiting must not stop it.
  const { stdout } = await promisify(execFile)('mosquitto_sub', args);
  return stdout.trimEnd();
}

/** Hears all that is published from now on. */
async function withListener(work: (heard: () => string) => Promise<void>): Promise<void> {
  const listener = new Program('mosquitto_sub', subscriber('#'));
  try {
    await vi.waitFor(() => expect(broker.output).toContain("u'reader'"), WAIT);
    await work(() => listener.output);
  } finally {
    await listener.stop();
  }
}

async function addChannel(user: string, over: Record<string, unknown> = {}): Promise<void> {
  const config = {
    url: `mqtt://127.0.0.1:${port}`,
    username: user,
    password: `${user}-pw`,
    ...over,
  };
  const input = { kind: 'mqtt', name: 'broker', config, enabled: true };
  expect(await app.dispatch('channels.create', input, ADMIN)).toMatchObject({ ok: true });
}

const report = (status: 'firing' | 'resolved') =>
  app.dispatch('events.ingest', { host: 'nas', kind: 'backup_failed', status }, ADMIN);

const statsBecome = (wanted: Record<string, number>): Promise<void> =>
  vi.waitFor(async () => {
    expect(await app.dispatch('notifications.stats', {}, ADMIN)).toMatchObject({ value: wanted });
  }, WAIT);

const firstOf = async (status: string) => {
  const result = await app.dispatch('notifications.list', { status }, ADMIN);
  return (result as { value: { data: readonly unknown[] } }).value.data[0];
};

test('a subscriber hears of the alert as it happens, and one that comes later how it stands', () =>
  withListener(async (heard) => {
    await addChannel('belfry');
    await report('firing');
    await vi.waitFor(() => expect(heard()).toContain('"event":"raised"'), WAIT);
    expect(await retained('belfry/+/+/state')).toMatch(/^1 belfry\/conditions\/\w{16}\/state ON$/);
    await report('resolved');
    await vi.waitFor(() => expect(heard()).toContain('"event":"resolved"'), WAIT);
    expect(await retained('belfry/+/+/state')).toMatch(/ OFF$/);
    const config = await retained('homeassistant/binary_sensor/+/config');
    const sensor: unknown = JSON.parse(config.slice(config.indexOf('{')));
    expect(sensor).toMatchObject({ device_class: 'problem', availability_topic: 'belfry/status' });
  }));

test('the broker says that Belfry is there, and by the last will that it is not', () =>
  withListener(async (heard) => {
    await addChannel('belfry');
    await vi.waitFor(() => expect(heard()).toContain('belfry/status online'), WAIT);
    expect(await retained('belfry/status')).toBe('1 belfry/status online');
    await app.stop();
    await vi.waitFor(() => expect(heard()).toContain('belfry/status offline'), WAIT);
    expect(await retained('belfry/status')).toBe('1 belfry/status offline');
  }));

describe('open conditions are shown again', () => {
  const sensors = ['homeassistant/binary_sensor/+/config', 'belfry/+/+/attributes'] as const;

  test('to a broker that lost what it had kept', async () => {
    await addChannel('belfry');
    await report('firing');
    await statsBecome({ sent: 1 });
    await broker.stop();
    await startBroker();
    // The link is opened again after half a minute.
    await vi.waitFor(
      async () => {
        expect(await retained('belfry/+/+/state', '1')).toMatch(/ ON$/);
      },
      { timeout: 90_000, interval: 50 },
    );
    for (const topic of sensors) expect(await retained(topic)).toContain('backup_failed');
  });

  test('to a Home Assistant that has just started', () =>
    withListener(async (heard) => {
      await addChannel('belfry');
      await report('firing');
      await statsBecome({ sent: 1 });
      const states = () => heard().match(/^0 belfry\/conditions\/\w{16}\/state ON$/gm)?.length;
      await vi.waitFor(() => expect(states()).toBe(1), WAIT);
      const login = ['-u', 'homeassistant', '-P', 'homeassistant-pw'];
      const to = ['-h', '127.0.0.1', '-p', String(port), '-t', 'homeassistant/status'];
      await promisify(execFile)('mosquitto_pub', [...to, ...login, '-m', 'online']);
      await vi.waitFor(() => expect(states()).toBe(2), WAIT);
    }));
});

describe('a refusal is reported as the broker means it', () => {
  test('when the password is wrong', async () => {
    await addChannel('belfry', { password: 'wrong' });
    await report('firing');
    await statsBecome({ dead: 1 });
    const params = { fields: ['mqtt.username', 'mqtt.password'] };
    const reason = { code: 'failure.credentials_refused', params };
    expect(await firstOf('dead')).toMatchObject({ lastErrorClass: 'authentication', reason });
  });

  test('when the user may not publish there, which only MQTT 5 can say', async () => {
    await addChannel('stranger');
    await report('firing');
    await statsBecome({ dead: 1 });
    const reason = { code: 'failure.topic_forbidden' };
    expect(await firstOf('dead')).toMatchObject({ lastErrorClass: 'authentication', reason });
  });
});

test('MQTT 3.1.1 works as well', async () => {
  await addChannel('belfry', { protocol: '3.1.1' });
  await report('firing');
  await statsBecome({ sent: 1 });
  expect(await retained('belfry/+/+/state')).toMatch(/ ON$/);
});
