import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DesktopNotice } from '../../main/channels/desktop-notifier.ts';
import { NoticeTable } from '../../main/shell/notice-table.ts';
import { OsNotifications } from '../../main/shell/os-notifications.ts';
import { app } from '../support/electron/app.ts';
import { host } from '../support/electron/host.ts';
import {
  activations,
  Notification,
  notifications,
  notificationService,
} from '../support/electron/notification.ts';
import { tempDir } from '../support/temp-dir.ts';
import { ManualClock } from './manual-clock.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const notice = (tag: string, more: Partial<DesktopNotice> = {}): DesktopNotice => ({
  tag,
  title: 'nas: backup_failed',
  body: 'disk full',
  urgency: 'normal',
  route: `#/alerts/${tag}`,
  alertId: tag,
  actions: [
    { name: 'acknowledge', label: 'Acknowledge' },
    { name: 'open', label: 'Open' },
    { name: 'snooze', label: 'Snooze for 1 hour' },
  ],
  alerts: null,
  sound: null,
  ...more,
});

function setup() {
  const clock = new ManualClock();
  const chosen: [string, string | null][] = [];
  const table = new NoticeTable(temp.path, { log: () => undefined });
  const service = new OsNotifications(clock, table, ({ action, notice: { route } }) =>
    chosen.push([action, route]),
  );
  const show = (one: DesktopNotice) => service.show(one, new AbortController().signal);
  const withTag = (tag: string) => notifications().filter(({ options }) => options.id === tag);
  return { clock, chosen, service, show, table, withTag };
}

beforeAll(() => app.whenReady());
// On Linux, Belfry asks the session bus instead.
beforeAll(() => {
  host.platform = 'win32';
});
afterAll(() => {
  host.platform = process.platform;
});

beforeEach(() =>
  Object.assign(notificationService, { supported: true, failing: null, mute: false }),
);

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir();
});
afterEach(() => temp[Symbol.dispose]());

const { platform } = process;
function become(value: NodeJS.Platform): void {
  host.platform = value;
  Object.defineProperty(process, 'platform', { value });
}

describe('notifications of an earlier process', () => {
  afterEach(() => {
    become(platform);
    host.platform = 'win32';
  });

  /** An earlier process that has shown these, and one that begins after it. */
  async function restarted(...notices: DesktopNotice[]) {
    const earlier = setup();
    for (const one of notices) await earlier.show(one);
    await earlier.table.saved();
    const later = setup();
    await later.service.start();
    return { earlier, later };
  }
  const activate = (type: string, tag: string, actionIndex?: number) =>
    activations.handler({
      type,
      arguments: `type=${type}&tag=${tag}`,
      ...(actionIndex === undefined ? {} : { actionIndex }),
    });

  it('open and act on Windows as they would have', async () => {
    become('win32');
    const { later } = await restarted(notice('old'), notice('older'));
    activate('click', 'old');
    activate('action', 'older', 1);
    activate('action', 'older', 7);
    activate('click', 'of nobody');
    expect(later.chosen).toEqual([
      ['open', '#/alerts/old'],
      ['snooze', '#/alerts/older'],
      ['open', null],
    ]);
  });

  it('are no business of those that were taken down, nor twice of those of this process', async () => {
    become('win32');
    const { earlier } = await restarted(notice('gone'));
    earlier.service.close('gone');
    await earlier.table.saved();
    const later = setup();
    await later.service.start();
    await later.show(notice('own'));
    later.withTag('own')[0]?.click();
    activate('click', 'own');
    activate('click', 'gone');
    expect(later.chosen).toEqual([
      ['open', '#/alerts/own'],
      ['open', null],
    ]);
  });

  it('are handed over by macOS', async () => {
    become('darwin');
    const left = new Notification({ id: 'left' });
    left.state = 'shown';
    activations.history = [left, new Notification({ id: 'of nobody' })];
    const { later } = await restarted(notice('left'));
    left.click();
    expect(later.chosen).toEqual([['open', '#/alerts/left']]);
  });

  it('are remembered without any text of an alert, and not without end', async () => {
    const { show, table } = setup();
    for (let n = 0; n < 205; n++) await show(notice(`n${n}`, { title: 'secret', body: 'secret' }));
    await table.saved();
    const text = readFileSync(join(temp.path, 'notices.json'), 'utf8');
    expect(text).not.toContain('secret');
    const tags = (JSON.parse(text) as { tag: string }[]).map(({ tag }) => tag);
    expect(tags).toHaveLength(200);
    expect(tags.at(0)).toBe('n5');
  });
});

describe('notifications of the operating system', () => {
  it('are sent once the system has shown them', async () => {
    const { show, withTag, clock } = setup();
    expect(await show(notice('shown'))).toEqual({ kind: 'sent' });
    expect(withTag('shown').map(({ state }) => state)).toEqual(['shown']);
    expect(clock.waiting).toBe(0);
  });

  it('replace the one with the same tag, and no other', async () => {
    const { show, withTag } = setup();
    await show(notice('replaced'));
    await show(notice('kept'));
    await show(notice('replaced', { title: 'nas: worse' }));
    expect(withTag('replaced').map(({ state }) => state)).toEqual(['closed', 'shown']);
    expect(withTag('kept').map(({ state }) => state)).toEqual(['shown']);
  });

  it('are closed by tag, also after they left the screen for the Action Center', async () => {
    const { show, service, withTag } = setup();
    await show(notice('closed'));
    service.close('closed');
    service.close('closed');
    service.close('never shown');
    expect(withTag('closed')[0]?.state).toBe('closed');

    await show(notice('timed out'));
    const close = vi.spyOn(withTag('timed out')[0] ?? expect.fail(), 'close');
    withTag('timed out')[0]?.dismiss('timedOut');
    service.close('timed out');
    expect(close).toHaveBeenCalledOnce();
  });

  it('say what was chosen: a click opens, a button acts', async () => {
    const { show, chosen, withTag } = setup();
    await show(notice('clicked'));
    const [shown] = withTag('clicked');
    expect(shown?.options.actions).toEqual([
      { type: 'button', text: 'Acknowledge' },
      { type: 'button', text: 'Snooze for 1 hour' },
    ]);
    shown?.click();
    shown?.press(1);
    expect(chosen).toEqual([
      ['open', '#/alerts/clicked'],
      ['snooze', '#/alerts/clicked'],
    ]);
  });

  it.each([
    'WinAPI: Show failed, ERROR Notification failed - Settings prevent the notification from being delivered.',
    'Notifications are not allowed for this application',
  ])('are a matter for a person if they are switched off: %s', async (error) => {
    const { show } = setup();
    notificationService.failing = error;
    expect(await show(notice('f'))).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.desktop_denied' },
    });
  });

  it('are tried again when the service fails, is absent or does not answer', async () => {
    const { show, clock } = setup();
    notificationService.failing = 'The notification platform is unavailable.';
    expect(await show(notice('f'))).toMatchObject({
      kind: 'transient',
      reason: { code: 'failure.desktop_refused' },
      receiverText: 'The notification platform is unavailable.',
    });
    notificationService.supported = false;
    expect(await show(notice('s'))).toMatchObject({ kind: 'transient', class: 'connection' });
    Object.assign(notificationService, { supported: true, failing: null, mute: true });
    const mute = show(notice('m'));
    clock.advance(5_000);
    expect(await mute).toMatchObject({ kind: 'transient', class: 'timeout' });
    expect(clock.waiting).toBe(0);
  });

  it('are interrupted when the core no longer waits', async () => {
    const { service, clock } = setup();
    notificationService.mute = true;
    const abort = new AbortController();
    const outcome = service.show(notice('aborted'), abort.signal);
    abort.abort();
    expect(await outcome).toMatchObject({ kind: 'interrupted' });
    expect(clock.waiting).toBe(0);
  });

  it('have a sound only where one is meant', async () => {
    const { show, withTag } = setup();
    await show(notice('quiet'));
    await show(notice('loud', { sound: 'critical' }));
    expect(withTag('quiet')[0]?.options.silent).toBe(true);
    expect(withTag('loud')[0]?.options.silent).toBe(false);
  });

  it('reach the screen cleaned', async () => {
    const { show, withTag } = setup();
    await show(notice('cleaned', { title: '-x "$(id)"\0\n<b>', body: 'a\0b' }));
    expect(withTag('cleaned')[0]?.options).toMatchObject({ title: '-x "$(id)" <b>', body: 'ab' });
  });
});
