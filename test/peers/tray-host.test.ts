/** @module-tag slow */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { Bus } from '../../main/dbus/bus.ts';
import { TrayHost } from '../../main/dbus/tray-host.ts';
import { hasX11Tray } from '../../main/shell/x11-tray.ts';
import { PrivateBus } from '../support/dbus/private-bus.ts';
import { TrayWatcherStandIn } from '../support/dbus/tray-watcher.ts';
import { StatusNotifierItem } from '../support/electron/status-notifier.ts';
import { Program } from './program.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const logger = { log: () => undefined };

describe('the host of tray icons', () => {
  let session: PrivateBus;
  let bus: Bus;
  let host: TrayHost;
  let watcher: TrayWatcherStandIn | null;
  let item: StatusNotifierItem;
  let renewals: number;

  beforeEach(async () => {
    session = await PrivateBus.start();
    bus = new Bus({ address: () => session.address, clock: systemClock, logger });
    watcher = null;
    renewals = 0;
    host = new TrayHost({
      bus,
      pid: process.pid,
      clock: systemClock,
      logger,
      onMissing: () => {
        renewals += 1;
        item.destroy();
        item = new StatusNotifierItem(session.address);
      },
    });
  });

  afterEach(async () => {
    host.stop();
    bus.close();
    item.destroy();
    await watcher?.stop();
    await session[Symbol.asyncDispose]();
  });

  const startApp = (): void => {
    item = new StatusNotifierItem(session.address);
    host.start();
  };
  const comesToShow = () => vi.waitFor(async () => expect(await host.showsIcon()).toBe(true), WAIT);

  it('that is there at the start shows the icon, which is made once', async () => {
    watcher = await TrayWatcherStandIn.start(session.address, true);
    startApp();
    await comesToShow();
    await vi.waitFor(() => expect(watcher?.asked).toContain('RegisteredStatusNotifierItems'), WAIT);
    expect(renewals).toBe(0);
  });

  it('that is absent shows nothing', async () => {
    startApp();
    expect(await host.showsIcon()).toBe(false);
    watcher = await TrayWatcherStandIn.start(session.address, false);
    expect(await host.showsIcon()).toBe(false);
  });

  it('that comes late, or is started again, gets the icon made for it', async () => {
    startApp();
    expect(await host.showsIcon()).toBe(false);
    watcher = await TrayWatcherStandIn.start(session.address, false);
    watcher.setHost(true);
    await comesToShow();
    expect(renewals).toBe(1);

    watcher.setHost(false);
    await vi.waitFor(async () => expect(await host.showsIcon()).toBe(false), WAIT);
    await watcher.stop();
    watcher = await TrayWatcherStandIn.start(session.address, true);
    await comesToShow();
    expect(renewals).toBe(2);
  });

  it('that refuses the icon is asked once more, and shows nothing', async () => {
    watcher = await TrayWatcherStandIn.start(session.address, true);
    watcher.refuses = true;
    startApp();
    await vi.waitFor(() => expect(renewals).toBe(1), WAIT);
    expect(await host.showsIcon()).toBe(false);
  });

  it('is not the one with the icons of others alone', async () => {
    watcher = await TrayWatcherStandIn.start(session.address, true);
    watcher.items.push('org.freedesktop.DBus/StatusNotifierItem', ':1.999/x', '');
    item = new StatusNotifierItem('unix:path=/nonexistent');
    host.start();
    expect(await host.showsIcon()).toBe(false);
  });
});

describe('the tray of an X11 session', () => {
  /** Owns the selection through Xlib, as panels do. */
  const PANEL = `
import ctypes, signal
x = ctypes.CDLL('libX11.so.6')
x.XOpenDisplay.restype = ctypes.c_void_p
d = ctypes.c_void_p(x.XOpenDisplay(None))
x.XDefaultRootWindow.restype = ctypes.c_ulong
root = x.XDefaultRootWindow(d)
x.XCreateSimpleWindow.restype = ctypes.c_ulong
w = x.XCreateSimpleWindow(d, ctypes.c_ulong(root), 0, 0, 1, 1, 0, ctypes.c_ulong(0), ctypes.c_ulong(0))
x.XInternAtom.restype = ctypes.c_ulong
atom = x.XInternAtom(d, b'_NET_SYSTEM_TRAY_S0', 0)
x.XSetSelectionOwner(d, ctypes.c_ulong(atom), ctypes.c_ulong(w), ctypes.c_ulong(0))
x.XSync(d, 0)
print('owns', flush=True)
signal.pause()
`;
  const firstLine = async (program: Program): Promise<string> => {
    const { stdout } = program.child;
    if (!stdout) throw new Error('no output to read');
    const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
    return line;
  };
  let server: Program;
  let env: Record<string, string>;

  beforeEach(async () => {
    const size = ['-screen', '0', '800x600x24'];
    server = new Program('Xvfb', ['-displayfd', '1', ...size, '-nolisten', 'tcp', '-noreset']);
    env = { DISPLAY: `:${await firstLine(server)}` };
  });
  afterEach(() => server.stop());

  const hasTray = (more: Record<string, string> = {}) =>
    hasX11Tray({ ...env, ...more }, systemClock, logger);

  it('is there while a panel owns its selection', async () => {
    expect(await hasTray()).toBe(false);
    const panel = new Program('python3', ['-c', PANEL], env);
    expect(await firstLine(panel)).toBe('owns');
    expect(await hasTray()).toBe(true);
    expect(await hasTray({ DISPLAY: `${env['DISPLAY']}.0` })).toBe(true);
    expect(await hasTray({ WAYLAND_DISPLAY: 'wayland-0' })).toBe(false);
    await panel.stop();
    await vi.waitFor(async () => expect(await hasTray()).toBe(false), WAIT);
  });

  it('is absent where X11 is', async () => {
    expect(await hasX11Tray({}, systemClock, logger)).toBe(false);
    expect(await hasX11Tray({ DISPLAY: ':987' }, systemClock, logger)).toBe(false);
    expect(await hasX11Tray({ DISPLAY: 'far.example:0' }, systemClock, logger)).toBe(false);
  });
});
