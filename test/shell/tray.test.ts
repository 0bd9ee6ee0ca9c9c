import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../main/contract/alert.ts';
import type { Channel } from '../../main/contract/channel.ts';
import type { Status } from '../../main/contract/system.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import type { CoreState } from '../../main/shell/core-watch.ts';
import type { CoreConnection } from '../../main/shell/cores/remote-core.ts';
import { trayOfCores, type TrayCore } from '../../main/shell/tray-cores.ts';
import { trayView } from '../../main/shell/tray-view.ts';
import { AppTray } from '../../main/shell/tray.ts';
import { app } from '../support/electron/app.ts';
import { clickTray, theTray } from '../support/electron/menu.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const messages = messagesFor('en');
const core = (of: Status, newest: readonly Alert[] = []): CoreState => ({
  status: of,
  attention: [],
  newest,
});
const view = (of: Status | null) => trayView(messages, of && core(of));
const ICONS = join(import.meta.dirname, '../../resources/tray');
const SUFFIX = { darwin: 'Template.png', win32: '.ico' }[process.platform as string] ?? '.png';
const file = (icon: string): string => join(ICONS, icon + SUFFIX);

function status(more: {
  open?: number;
  worst?: Status['alerts']['worst'];
  dead?: number;
  /** null for a pause without an end. */
  pausedUntil?: number | null;
  enabledChannels?: number;
  flapping?: number;
  channelsDown?: number;
  channelsNeedingAttention?: number;
  channelsRateLimited?: number;
  rateLimitedUntil?: number;
  muting?: Partial<Status['muting']>;
  storage?: Partial<Status['storage']>;
  recovery?: Status['recovery'];
  update?: Status['update'];
}): Status {
  return {
    version: '1.0.0',
    host: 'desktop',
    platform: 'linux',
    language: 'system',
    dataDir: '/data',
    startedAt: 0,
    url: null,
    urlProblem: null,
    urlReason: null,
    mail: { address: null, problem: null, reason: null },
    alerts: { open: more.open ?? 0, acknowledged: 0, critical: 0, worst: more.worst ?? null },
    notifications: { pending: 0, sending: 0, failed: 0, dead: more.dead ?? 0 },
    enabledChannels: more.enabledChannels ?? 1,
    pause: more.pausedUntil === undefined ? null : { until: more.pausedUntil },
    pausedUntil: more.pausedUntil ?? null,
    flapping: more.flapping ?? 0,
    heartbeatsDown: 0,
    channelsDown: more.channelsDown ?? 0,
    channelsNeedingAttention: more.channelsNeedingAttention ?? 0,
    channelsRateLimited: more.channelsRateLimited ?? 0,
    rateLimitedUntil: more.rateLimitedUntil ?? null,
    channelsPaused: 0,
    routesWithoutChannel: 0,
    muting: {
      silences: 0,
      maintenanceWindows: 0,
      quietUntil: null,
      nextEndAt: null,
      ...more.muting,
    },
    storage: { writable: true, since: null, problem: null, reason: null, ...more.storage },
    outboundHeartbeat: {
      enabled: false,
      lastAcceptedAt: null,
      failingSince: null,
      problem: null,
      reason: null,
      withheldSince: null,
      withheld: [],
    },
    backup: { lastAt: null, problem: null, reason: null },
    cluster: null,
    update: more.update ?? null,
    recovery: more.recovery ?? null,
  };
}

const alertOf = (id: string, more: Partial<Alert>): Alert =>
  ({ id, host: 'nas', severity: 'info', state: 'open', ...more }) as Alert;

const ELSEWHERE = {
  open: vi.fn(),
  openAlert: vi.fn(),
  acknowledge: vi.fn(),
  snooze: vi.fn(),
  openDeadLetters: vi.fn(),
  requeue: vi.fn(),
};

const elsewhere = (
  name: string,
  shown: CoreState | null,
  connection: CoreConnection = { state: 'connected', reason: null },
): TrayCore => ({ id: name.toLowerCase(), name, shown, connection });

describe('what the tray says of several cores', () => {
  const all = (
    local: Status | null,
    cores: readonly TrayCore[],
    isLocalOn = true,
  ): ReturnType<typeof trayOfCores> =>
    trayOfCores(messages, local && core(local), { isLocalOn, elsewhere: cores });
  const lost = {
    state: 'unreachable',
    reason: { code: 'core.unreachable', params: { error: 'ECONNREFUSED' } },
  } as const;

  it('is what it says of the local one where there is no other', () => {
    const alone = status({ open: 2, worst: 'warning' });
    expect(all(alone, [])).toEqual({ view: view(alone), cores: [] });
  });

  it('is the worst icon, every count, and each core with its initial, name and state', () => {
    const nas = elsewhere('NAS', core(status({ open: 2, worst: 'critical' })));
    const pi = elsewhere('äpfel', core(status({})));
    const shown = all(status({ open: 1, worst: 'info' }), [nas, pi]);
    expect(shown.view).toMatchObject({
      icon: 'critical',
      count: 3,
      summary: 'This computer: 1 open alert (info)',
      tooltip:
        'Belfry: This computer: 1 open alert (info), NAS: 2 open alerts (critical), äpfel: No open alerts',
    });
    expect(shown.cores.map(({ label }) => label)).toEqual([
      'N · NAS: 2 open alerts (critical)',
      'Ä · äpfel: No open alerts',
    ]);
  });

  it('says that a core cannot be reached and why, and shows none of its old alerts', () => {
    const old = core(status({ open: 5, worst: 'critical' }), [alertOf('a', {})]);
    const shown = all(status({ open: 1, worst: 'warning' }), [elsewhere('NAS', old, lost)]);
    expect(shown.view).toMatchObject({ icon: 'down', count: 1 });
    expect(shown.cores[0]).toMatchObject({
      label: 'N · NAS: No connection',
      view: { alerts: [], notes: [expect.stringContaining('ECONNREFUSED')], running: false },
    });
    // A critical alert elsewhere matters more.
    const bad = elsewhere('Pi', core(status({ open: 1, worst: 'critical' })));
    expect(all(status({}), [elsewhere('NAS', null, lost), bad]).view.icon).toBe('critical');
  });

  it('leaves out the local core that is off', () => {
    const shown = all(null, [elsewhere('NAS', core(status({})))], false);
    expect(shown.view).toMatchObject({ icon: 'ok', summary: 'This computer: off', notes: [] });
    expect(all(null, [elsewhere('NAS', core(status({})))]).view.icon).toBe('down');
  });
});

describe('what the tray says', () => {
  it.each([
    ['ok', {}],
    ['info', { open: 1, worst: 'info' }],
    ['warning', { open: 2, worst: 'warning' }],
    ['critical', { open: 2, worst: 'critical', dead: 3, pausedUntil: 1 }],
    ['dead', { open: 2, worst: 'warning', dead: 1, pausedUntil: 1 }],
    ['dead', { open: 2, worst: 'warning', channelsNeedingAttention: 1 }],
    ['critical', { open: 2, worst: 'critical', channelsNeedingAttention: 1 }],
    ['warning', { channelsDown: 1, pausedUntil: 1 }],
    ['paused', { open: 1, worst: 'info', pausedUntil: 1 }],
    ['paused', { pausedUntil: null }],
    ['unwritable', { open: 2, worst: 'critical', storage: { writable: false } }],
  ] as const)('shows %s for %j', (icon, more) => {
    expect(view(status(more)).icon).toBe(icon);
  });

  it('counts in words, one and many', () => {
    expect(view(status({ open: 1, worst: 'warning', dead: 1 })).tooltip).toBe(
      'Belfry: 1 open alert (warning), 1 dead letter',
    );
    expect(
      view(status({ open: 2, worst: 'info', dead: 2, pausedUntil: 1, enabledChannels: 0 })).tooltip,
    ).toBe(
      'Belfry: 2 open alerts (info), 2 dead letters, deliveries paused, no channel is enabled',
    );
    expect(view(status({})).tooltip).toBe('Belfry: No open alerts');
  });

  it('says what flaps and what is quiet', () => {
    const shown = view(status({ flapping: 2, muting: { quietUntil: 25_200_000 } }));
    expect(shown.tooltip).toBe('Belfry: No open alerts, 2 alerts are flapping, quiet hours');
    expect(shown.notes).toEqual([
      '2 alerts are flapping',
      expect.stringMatching(/^Quiet hours until .*\d:00/),
    ]);
  });

  it('says what to do about a channel that needs attention', () => {
    const reason = { code: 'failure.credentials_refused', params: { fields: [] } } as const;
    const attention = { holds: true, class: 'authentication', reason } as const;
    const channel = { name: 'Phone', attention } as unknown as Channel;
    const shown = trayView(messages, {
      ...core(status({ channelsNeedingAttention: 1 })),
      attention: [channel],
    });
    expect(shown.notes).toEqual([
      '1 channel needs attention',
      'Phone: Check the URL and the secrets of the channel, then send a test.',
    ]);
  });

  it('says which channels do not work, those that wait for a person first', () => {
    const shown = view(status({ dead: 2, channelsNeedingAttention: 1, channelsDown: 2 }));
    expect(shown.tooltip).toBe(
      'Belfry: No open alerts, 2 dead letters, 1 channel needs attention, 2 channels are down',
    );
    expect(shown.notes).toEqual(['1 channel needs attention', '2 channels are down']);
    const others = view(status({ channelsNeedingAttention: 2, channelsDown: 1 }));
    expect(others.notes).toEqual(['2 channels need attention', '1 channel is down']);
  });

  it('says first that nothing can be stored', () => {
    const shown = view(status({ dead: 1, storage: { writable: false, problem: 'full' } }));
    expect(shown.tooltip).toBe('Belfry: Nothing can be stored, No open alerts, 1 dead letter');
    expect(shown.notes).toEqual(['Nothing can be stored']);
  });

  it('has a line for each kind of muting, one and many', () => {
    const one = { silences: 1, maintenanceWindows: 1 };
    expect(view(status({ flapping: 1, pausedUntil: 3_600_000, muting: one })).notes).toEqual([
      '1 alert is flapping',
      expect.stringMatching(/^Paused until .*\d:00/),
      '1 silence is active',
      '1 maintenance window is active',
    ]);
    const many = { silences: 2, maintenanceWindows: 3 };
    expect(view(status({ muting: many })).notes).toEqual([
      '2 silences are active',
      '3 maintenance windows are active',
    ]);
    expect(view(status({})).notes).toEqual([]);
  });

  it('says that nothing runs while there is no core', () => {
    expect(view(null)).toMatchObject({ icon: 'down', running: false });
  });
});

describe('the tray', () => {
  const actions = {
    toggle: vi.fn(),
    open: vi.fn(),
    of: vi.fn((_core: string) => ELSEWHERE),
    openAlert: vi.fn(),
    acknowledge: vi.fn(),
    snooze: vi.fn(),
    openDeadLetters: vi.fn(),
    openUpdate: vi.fn(),
    requeue: vi.fn(),
    pauseForHour: vi.fn(),
    pauseUntilMorning: vi.fn(),
    pauseUntilResumed: vi.fn(),
    resume: vi.fn(),
    test: vi.fn(),
    quit: vi.fn(),
    quitNow: vi.fn(),
  };
  let tray: AppTray;

  beforeAll(() => app.whenReady());
  afterEach(() => tray.destroy());

  it('has an icon for every status, and draws it', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    expect(theTray().image.path).toBe(file('down'));
    for (const worst of ['info', 'warning', 'critical'] as const) {
      tray.update(core(status({ open: 1, worst })));
      expect(theTray().image.path).toBe(file(worst));
    }
    tray.update(core(status({ dead: 2 })));
    expect(theTray().toolTip).toBe('Belfry: No open alerts, 2 dead letters');
    expect(theTray().menu?.labels()).toEqual([
      'No open alerts',
      'Open Belfry',
      'Dead letters (2)',
      'Requeue dead letters',
      'Pause deliveries',
      'Send test notification',
      'Quit Belfry',
    ]);
  });

  it('says above the end of its menu that there is a newer version', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    const url = 'https://example.test/v2.0.0';
    tray.update(core(status({ update: { version: '2.0.0', url, notes: '' } })));
    expect(theTray().menu?.labels().slice(-2)).toEqual([
      'Belfry 2.0.0 is available',
      'Quit Belfry',
    ]);
    theTray().menu?.click('Belfry 2.0.0 is available');
    expect(actions.openUpdate).toHaveBeenCalledOnce();
  });

  it('shows what is muted below the summary, where nothing can be clicked', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    tray.update(core(status({ flapping: 1, muting: { silences: 2 } })));
    expect(theTray().menu?.labels().slice(0, 4)).toEqual([
      'No open alerts',
      '1 alert is flapping',
      '2 silences are active',
      'Open Belfry',
    ]);
    expect(() => theTray().menu?.click('1 alert is flapping')).toThrow('disabled');
  });

  it('does what its menu says, and only what is possible', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    const click = (label: string) => theTray().menu?.click(label);
    expect(() => click('Send test notification')).toThrow('disabled');
    click('Open Belfry');
    expect(actions.open).toHaveBeenCalledOnce();
    clickTray();
    // On macOS a click on the icon opens its menu.
    expect(actions.toggle).toHaveBeenCalledTimes(process.platform === 'darwin' ? 0 : 1);
    tray.update(core(status({ dead: 1, pausedUntil: 1 })));
    click('Dead letters (1)');
    click('Requeue dead letters');
    click('Resume deliveries');
    click('Send test notification');
    click('Quit Belfry');
    tray.update(core(status({})));
    expect(() => click('Requeue dead letters')).toThrow('disabled');
    theTray().menu?.click('Pause deliveries', 'For 1 hour');
    theTray().menu?.click('Pause deliveries', 'Until 8:00 AM');
    theTray().menu?.click('Pause deliveries', 'Until I resume');
    const { openDeadLetters, requeue, resume, test, quit } = actions;
    for (const action of [openDeadLetters, requeue, resume, test, quit]) {
      expect(action).toHaveBeenCalledOnce();
    }
    expect(actions.pauseForHour).toHaveBeenCalledOnce();
    expect(actions.pauseUntilMorning).toHaveBeenCalledOnce();
    expect(actions.pauseUntilResumed).toHaveBeenCalledOnce();
  });

  it('lists the newest open alerts, each with what can be done about it', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    const hostile = alertOf('a', { kind: 'R&D\n\u202edisk', host: 'nas', severity: 'critical' });
    const note = alertOf('b', { kind: 'message', message: 'Backup done', host: 'pve' });
    const long = alertOf('c', { kind: 'x'.repeat(100), state: 'acknowledged' });
    tray.update(core(status({ open: 3, worst: 'critical' }), [hostile, note, long]));
    const [first, second, third] = theTray().menu?.labels().slice(1, 4) ?? [];
    expect(first).toBe('Critical: R&&D disk on nas');
    expect(second).toBe('Info: Backup done on pve');
    expect(third).toBe(`Info: ${'x'.repeat(59)}… on nas`);
    theTray().menu?.click(first ?? '', 'Open');
    theTray().menu?.click(first ?? '', 'Acknowledge');
    theTray().menu?.click(second ?? '', 'Snooze for 1 hour');
    expect(() => theTray().menu?.click(third ?? '', 'Acknowledge')).toThrow('disabled');
    expect(actions.openAlert.mock.calls).toEqual([['a']]);
    expect(actions.acknowledge.mock.calls).toEqual([['a']]);
    expect(actions.snooze.mock.calls).toEqual([['b']]);
  });

  it('has a submenu for each core elsewhere, whose actions are its own', () => {
    tray = new AppTray(ICONS, actions, () => messages);
    const shown = core(status({ open: 1, worst: 'critical', dead: 2 }), [
      alertOf('a', { kind: 'disk', severity: 'critical' }),
    ]);
    tray.update(core(status({})), { isLocalOn: true, elsewhere: [elsewhere('R&D', shown)] });
    const label = 'R · R&&D: 1 open alert (critical)';
    expect(theTray().menu?.labels()).toContain(label);
    const submenu = theTray().menu?.submenuWith('Critical: disk on nas');
    submenu?.click('Critical: disk on nas', 'Acknowledge');
    submenu?.click('Requeue dead letters');
    submenu?.click('Open Belfry');
    expect(actions.of).toHaveBeenCalledWith('r&d');
    expect(ELSEWHERE.acknowledge.mock.calls).toEqual([['a']]);
    expect(ELSEWHERE.requeue).toHaveBeenCalledOnce();
    expect(ELSEWHERE.open).toHaveBeenCalledOnce();
    expect(actions.acknowledge).not.toHaveBeenCalled();
  });
});
