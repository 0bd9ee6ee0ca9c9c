import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { AlertmanagerLab } from './alertmanager-lab.ts';

let lab: AlertmanagerLab;
beforeEach(async () => {
  lab = await AlertmanagerLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const configuration = async (): Promise<unknown> => {
  const { json } = await lab.http('GET', 'status');
  return parse((json as { config: { original: string } }).config.original) as unknown;
};

test('the status says which API this is, and since when it runs', async () => {
  const { json } = await lab.http('GET', 'status');
  expect(json).toMatchObject({
    cluster: { status: 'disabled', peers: [] },
    uptime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    versionInfo: { version: '0.25.0', revision: '0.0.0-test', branch: 'belfry' },
  });
});

test('the configuration is routes and channels, by name alone', async () => {
  const phone = await lab.app.channel();
  await lab.app.channel();
  expect(await configuration()).toEqual({
    route: {
      receiver: '(nobody)',
      routes: [
        { receiver: 'channel 0', continue: true },
        { receiver: 'channel 1', continue: true },
      ],
    },
    receivers: [{ name: 'channel 0' }, { name: 'channel 1' }, { name: '(nobody)' }],
  });
  const route = { name: 'disks', matchers: ['kind="disk"'], channelIds: [phone], continue: true };
  await lab.app.call('routes.create', { ...route, group: { by: ['host'], waitMs: 1_000 } });
  await lab.app.call('routes.create', { name: 'off', enabled: false });
  expect(await configuration()).toMatchObject({
    route: {
      routes: [
        {
          receiver: '(nobody)',
          matchers: ['kind="disk"'],
          continue: true,
          group_by: ['host'],
          routes: [{ receiver: 'channel 0', continue: true }],
        },
      ],
    },
  });
  expect(JSON.stringify(await configuration())).not.toContain(lab.app.receiver.url);
});

test('receivers are the channels, and who stands for none', async () => {
  await lab.app.channel();
  const { json } = await lab.http('GET', 'receivers');
  expect(json).toEqual([{ name: 'channel 0' }, { name: '(nobody)' }]);
});

test('probes are open, and answer as there', async () => {
  for (const path of ['/-/healthy', '/-/ready']) {
    for (const verb of ['GET', 'HEAD']) {
      const answer = await lab.app.http(verb, path, undefined, '');
      expect([answer.status, answer.text]).toEqual([200, verb === 'GET' ? 'OK' : '']);
    }
  }
});

test('reading takes a token that may read, silences one that may operate, in words of a JSON string', async () => {
  const tokens = {
    ingest: await lab.token('ingest'),
    read: await lab.token('read'),
    operate: await lab.token('operate'),
  };
  const reading = ['alerts', 'alerts/groups', 'silences', 'status', 'receivers'];
  for (const path of reading) {
    const stranger = await lab.http('GET', path, undefined, 'guess');
    expect([stranger.status, typeof stranger.json]).toEqual([401, 'string']);
    expect(stranger.headers['www-authenticate']).toContain('Basic');
    const ingest = await lab.http('GET', path, undefined, tokens.ingest);
    expect([ingest.status, typeof ingest.json]).toEqual([403, 'string']);
    expect((await lab.http('GET', path, undefined, tokens.read)).status).toBe(200);
  }
  expect((await lab.postSilence({}, tokens.read)).status).toBe(403);
  const made = await lab.postSilence({}, tokens.operate);
  const { silenceID } = made.json as { silenceID: string };
  const path = `silence/${silenceID}`;
  expect((await lab.http('DELETE', path, undefined, tokens.read)).status).toBe(403);
  expect((await lab.http('GET', path, undefined, tokens.read)).status).toBe(200);
  expect((await lab.http('DELETE', path, undefined, tokens.operate)).status).toBe(200);
});

test('other verbs are 405 and name the possible ones', async () => {
  const answer = await lab.http('PUT', 'alerts');
  expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, GET, HEAD']);
});
