import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DesktopNotice } from '../../../main/channels/desktop-notifier.ts';
import { LOCAL_CORE } from '../../../main/contract/desktop-core.ts';
import { soundOf } from '../../../main/domain/notice-sound.ts';
import { sent, type Outcome } from '../../../main/domain/outcome.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { coreOfTag, tagOf } from '../../../main/shell/cores/core-notice.ts';
import { NoticeMemoryFile } from '../../../main/shell/cores/notice-memory.ts';
import { RemoteCore } from '../../../main/shell/cores/remote-core.ts';
import { RemoteNotices } from '../../../main/shell/cores/remote-notices.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN, AppLab } from '../../transport/app-lab.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

let lab: AppLab;
let dir: ReturnType<typeof tempDir>;
let clock: FakeClock;
let shown: DesktopNotice[];
let closed: string[];
let outcome: Outcome;
const opened: { stop: () => Promise<void> }[] = [];
beforeEach(async () => {
  lab = await AppLab.start();
  dir = tempDir();
  clock = new FakeClock();
  shown = [];
  closed = [];
  outcome = sent();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
  dir[Symbol.dispose]();
  await lab[Symbol.asyncDispose]();
});

const memoryPath = () => join(dir.path, 'core-notices', `${ID}.json`);
type Ids = readonly { readonly id: string }[];
const memory = (): { readonly waiting: Ids; readonly shown: Ids } =>
  existsSync(memoryPath())
    ? (JSON.parse(readFileSync(memoryPath(), 'utf8')) as { waiting: Ids; shown: Ids })
    : { waiting: [], shown: [] };

/** The desktop as it starts: a line to the core, and its notices. Resolves once it has caught up. */
async function start() {
  const logger = { log: () => undefined };
  const core = new RemoteCore({
    target: { url: lab.app.url ?? '', token: ADMIN_TOKEN, certificate: null },
    clock,
    random: () => 0,
    logger,
    onState: () => undefined,
  });
  let asked = 0;
  const counted = {
    call: (async (name: never, input: never) => {
      const answer = await core.call(name, input);
      if (name === 'alerts.list') asked += 1;
      return answer;
    }) as typeof core.call,
    subscribe: core.subscribe.bind(core),
  };
  const notices = new RemoteNotices({
    core: counted,
    about: () => ({ id: ID, name: 'NAS' }),
    notifier: {
      show: (notice) => {
        if (outcome.kind === 'sent') shown.push(notice);
        return Promise.resolve(outcome);
      },
      close: (tag) => closed.push(tag),
    },
    soundOf: (severity) => soundOf('critical', severity),
    file: new NoticeMemoryFile(dir.path, ID, logger),
    clock,
    logger,
    messages: () => messagesFor('en'),
  });
  core.start();
  const stop = async (): Promise<void> => {
    core.stop();
    await notices.stop();
  };
  opened.push({ stop });
  await until(() => asked > 0, 'the first look');
  await new Promise(setImmediate);
  return { core, notices, stop };
}

const fire = async (kind: string, more: Record<string, unknown> = {}): Promise<string> => {
  const event = { host: 'pve', kind, status: 'firing', severity: 'warning', ...more };
  const { results } = await lab.call<{ results: { alertId: string }[] }>('events.ingest', event);
  return results[0]?.alertId ?? '';
};
const titles = () => shown.map(({ title }) => title);

describe('the alerts of a core elsewhere', () => {
  it('are notified of with its name, and closed once resolved or acknowledged', async () => {
    await start();
    const first = await fire('disk', { severity: 'critical', message: 'full' });
    await until(() => shown.length === 1, 'the notice');
    expect(shown[0]).toMatchObject({
      tag: tagOf(ID, first),
      title: 'NAS: Critical: disk on pve',
      body: 'full',
      urgency: 'critical',
      route: `#/alerts/${first}`,
      actions: [{ name: 'acknowledge' }, { name: 'snooze' }, { name: 'open' }],
    });
    await lab.call('alerts.resolve', { id: first });
    await until(() => closed.includes(tagOf(ID, first)), 'the end');
    const second = await fire('net');
    await until(() => shown.length === 2, 'the next notice');
    await lab.call('alerts.acknowledge', { id: second });
    await until(() => closed.includes(tagOf(ID, second)), 'the end');
  });

  it('sound by the setting of this desktop', async () => {
    await start();
    await fire('quiet', { severity: 'warning' });
    await fire('loud', { severity: 'critical' });
    await until(() => shown.length === 2, 'both are shown');
    expect(shown.map(({ sound }) => sound)).toEqual([null, 'critical']);
  });

  it('that were there before the core was added are not', async () => {
    await fire('old');
    await start();
    await fire('new');
    await until(() => shown.length > 0, 'the notice');
    expect(titles()).toEqual(['NAS: Warning: new on pve']);
  });

  it('that were missed are caught up once, over restarts of the desktop', async () => {
    const { stop } = await start();
    await fire('seen');
    await until(() => memory().shown.length === 1, 'the notice');
    await stop();
    await fire('missed');
    const over = await fire('over');
    await lab.call('alerts.resolve', { id: over });
    const again = await start();
    await until(() => memory().shown.length === 2, 'the missed one');
    await again.stop();
    await (await start()).stop();
    expect(titles()).toEqual(['NAS: Warning: seen on pve', 'NAS: Warning: missed on pve']);
  });

  it('that were missed in great number are one notice, once', async () => {
    const { stop } = await start();
    await fire('seen');
    await until(() => memory().shown.length === 1, 'the notice');
    await stop();
    for (let count = 0; count < 7; count += 1) await fire(`kind${count}`);
    const again = await start();
    await until(() => shown.length === 2, 'the summary');
    expect(shown[1]).toMatchObject({ title: 'NAS: 7 new alerts', route: '#/alerts' });
    await until(() => memory().waiting.length === 0, 'its end');
    await again.stop();
    await (await start()).stop();
    expect(shown).toHaveLength(2);
  });

  it('that ended meanwhile lose their notice', async () => {
    const { stop } = await start();
    const id = await fire('seen');
    await until(() => memory().shown.length === 1, 'the notice');
    await stop();
    await lab.call('alerts.resolve', { id });
    await start();
    await until(() => closed.includes(tagOf(ID, id)), 'the end');
  });

  it('that a silence holds wait for its end', async () => {
    const silence = await lab.call<{ id: string }>('silences.create', {
      matchers: ['kind="quiet"'],
      comment: '',
      endsAt: Date.now() + 3_600_000,
    });
    await start();
    await fire('quiet');
    await fire('loud');
    await until(() => shown.length === 1, 'the other one');
    expect(titles()).toEqual(['NAS: Warning: loud on pve']);
    await until(() => memory().waiting.length === 1, 'the one that waits');
    await lab.call('silences.expire', { id: silence.id });
    clock.advance(30_000);
    await until(() => shown.length === 2, 'the held one');
    expect(titles()[1]).toBe('NAS: Warning: quiet on pve');
  });

  it('are shown again once the notification service is there', async () => {
    outcome = {
      kind: 'transient',
      class: 'connection',
      reason: { code: 'failure.desktop_no_service', params: {} },
    };
    await start();
    const id = await fire('disk');
    await until(() => clock.nextTimerMs() === 30_000, 'the refusal');
    expect(memory().waiting.map((each) => each.id)).toEqual([id]);
    outcome = sent();
    clock.advance(30_000);
    await until(() => shown.length === 1, 'the notice');
  });

  it('that become critical are said again, in place of the notice', async () => {
    await start();
    const id = await fire('disk');
    await until(() => memory().shown.length === 1, 'the notice');
    await fire('disk', { severity: 'critical' });
    await until(() => shown.length === 2, 'the escalation');
    expect(shown[1]).toMatchObject({ tag: tagOf(ID, id), urgency: 'critical' });
    await fire('disk', { severity: 'critical' });
    await new Promise(setImmediate);
    expect(shown).toHaveLength(2);
  });

  it('are forgotten with the core', async () => {
    const { notices } = await start();
    const id = await fire('disk');
    await until(() => memory().shown.length === 1, 'the notice');
    await notices.forget();
    expect(closed).toEqual([tagOf(ID, id)]);
    expect(existsSync(memoryPath())).toBe(false);
  });

  it('are known from now on where the memory is damaged', async () => {
    await (await start()).stop();
    writeFileSync(memoryPath(), '{"version":1');
    await fire('before');
    await start();
    await fire('after');
    await until(() => shown.length > 0, 'the notice');
    expect(titles()).toEqual(['NAS: Warning: after on pve']);
  });
});

it('a tag leads back to its core', () => {
  expect(coreOfTag(tagOf(ID, 'summary'))).toBe(ID);
  expect(coreOfTag(tagOf(LOCAL_CORE, ID))).toBe(LOCAL_CORE);
});
