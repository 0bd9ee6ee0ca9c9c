/** @module-tag slow */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import type { DesktopNotice, NoticeChoice } from '../../main/channels/desktop-notifier.ts';
import { Bus } from '../../main/dbus/bus.ts';
import { DbusNotifications, type ServerNotices } from '../../main/dbus/notifications.ts';
import { NoticeTable } from '../../main/shell/notice-table.ts';
import { NotificationServerStandIn } from '../support/dbus/notification-server.ts';
import { PrivateBus } from '../support/dbus/private-bus.ts';
import { tempDir } from '../support/temp-dir.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const NEVER = new AbortController().signal;

const notice = (tag: string, more: Partial<DesktopNotice> = {}): DesktopNotice => ({
  tag,
  title: 'nas: backup_failed',
  body: 'a <b>disk</b> & more',
  urgency: 'normal',
  route: `#/alerts/${tag}`,
  alertId: tag,
  actions: [
    { name: 'acknowledge', label: 'Acknowledge' },
    { name: 'snooze', label: 'Snooze for 1 hour' },
    { name: 'open', label: 'Open' },
  ],
  alerts: null,
  sound: null,
  ...more,
});

/** The system's clock, of which a test can say that time has passed. */
function movableClock() {
  let movedMs = 0;
  const clock: Clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + movedMs,
  };
  return { clock, move: (byMs: number) => (movedMs += byMs) };
}

let buses: PrivateBus[] = [];
let clients: Bus[] = [];
let servers: NotificationServerStandIn[] = [];

async function privateBus(policy?: string): Promise<PrivateBus> {
  const bus = await PrivateBus.start(policy);
  buses.push(bus);
  return bus;
}

async function serverOn(bus: PrivateBus): Promise<NotificationServerStandIn> {
  const server = await NotificationServerStandIn.start(bus.address);
  servers.push(server);
  return server;
}

function client(address: string | null, memory: ServerNotices | null = null) {
  const { clock, move } = movableClock();
  const logger = { log: () => undefined };
  const bus = new Bus({ address: () => address, clock, logger });
  clients.push(bus);
  const choices: NoticeChoice[] = [];
  const seen = { count: 0 };
  const notifications = new DbusNotifications({
    bus,
    clock,
    logger,
    desktopEntry: 'org.belfry.Belfry',
    memory,
    onChoice: (choice) => choices.push(choice),
    onServer: () => {
      seen.count += 1;
    },
  });
  const show = (one: DesktopNotice) => notifications.show(one, NEVER);
  return { notifications, bus, show, choices, seen, move };
}

beforeEach(() => {
  [buses, clients, servers] = [[], [], []];
});

afterEach(async () => {
  for (const bus of clients) bus.close();
  for (const server of servers) await server.stop();
  for (const bus of buses) await bus[Symbol.asyncDispose]();
});

describe('a notification server', () => {
  it('gets text, urgency, name and actions, and the markup escaped that it would read', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { show } = client(bus.address);
    expect(await show(notice('a', { urgency: 'critical' }))).toEqual({ kind: 'sent' });
    expect(server.notified).toEqual([
      {
        id: 1,
        replacesId: 0,
        icon: 'belfry',
        title: 'nas: backup_failed',
        body: 'a &lt;b&gt;disk&lt;/b&gt; &amp; more',
        actions: [
          ...['acknowledge', 'Acknowledge', 'snooze', 'Snooze for 1 hour'],
          ...['default', 'Open', 'open', 'Open'],
        ],
        hints: { urgency: 2, 'desktop-entry': 'org.belfry.Belfry' },
        expiresMs: 0,
      },
    ]);
  });

  it('that has neither markup nor actions gets plain text alone', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    server.capabilities = ['body'];
    const { show } = client(bus.address);
    await show(notice('a'));
    expect(server.notified[0]).toMatchObject({ body: 'a <b>disk</b> & more', actions: [] });
  });

  it('that plays sounds gets the one that is meant, or is asked for none', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    server.capabilities = ['body', 'sound'];
    const { show } = client(bus.address);
    await show(notice('a', { sound: 'critical' }));
    await show(notice('b'));
    const [loud, quiet] = server.notified;
    expect(loud?.hints).toMatchObject({ 'sound-name': 'dialog-error' });
    expect(loud?.hints).not.toHaveProperty('suppress-sound');
    expect(quiet?.hints).toMatchObject({ 'suppress-sound': true });
    expect(quiet?.hints).not.toHaveProperty('sound-name');
  });

  it('replaces a notice by its tag, and closes it', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { show, notifications } = client(bus.address);
    await show(notice('a'));
    await show(notice('b'));
    await show(notice('a', { title: 'worse' }));
    expect(server.notified.map(({ id, replacesId }) => [id, replacesId])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
    ]);
    const closed = once(server.heard, 'close');
    notifications.close('a');
    notifications.close('a');
    notifications.close('never shown');
    expect(await closed).toEqual([1]);
    await show(notice('a'));
    expect(server.notified.at(-1)?.replacesId).toBe(0);
    expect(server.closed).toEqual([1]);
  });

  it('tells what a person chose, with the token that brings a window to the front', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { show, choices } = client(bus.address);
    const shown = notice('a');
    await show(shown);
    server.invoke(1, 'acknowledge');
    server.invoke(1, 'default', 'token-1');
    server.invoke(1, 'unknown');
    server.invoke(99, 'default');
    server.leave(1, 1);
    server.invoke(1, 'snooze');
    server.leave(1, 2);
    server.invoke(1, 'open');
    await show(notice('b'));
    expect(choices).toEqual([
      { action: 'acknowledge', notice: shown, activationToken: null },
      { action: 'open', notice: shown, activationToken: 'token-1' },
      { action: 'snooze', notice: shown, activationToken: null },
    ]);
  });

  it('that comes after a restart gets new notices, and replaces none of the one before', async () => {
    const bus = await privateBus();
    const first = await serverOn(bus);
    const { show } = client(bus.address);
    await show(notice('a'));
    await first.stop();
    const second = await serverOn(bus);
    second.capabilities = ['body'];
    await vi.waitFor(async () => expect((await show(notice('a'))).kind).toBe('sent'), WAIT);
    expect(second.notified[0]).toMatchObject({ replacesId: 0, actions: [] });
  });
});

describe('a notification server that is not well', () => {
  it('is awaited while a session starts, and is a matter for a person later', async () => {
    const bus = await privateBus();
    const { show, move } = client(bus.address);
    expect(await show(notice('a'))).toMatchObject({
      kind: 'transient',
      reason: { code: 'failure.desktop_no_service' },
    });
    move(61_000);
    expect(await show(notice('a'))).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.desktop_no_service' },
    });
    await serverOn(bus);
    expect(await show(notice('a'))).toEqual({ kind: 'sent' });
  });

  it('is a matter for a person if the bus forbids it', async () => {
    const bus = await privateBus(
      `<policy context="default"><deny send_interface="org.freedesktop.Notifications" send_member="Notify"/></policy>`,
    );
    await serverOn(bus);
    expect(await client(bus.address).show(notice('a'))).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.desktop_denied' },
    });
  });

  it('is tried again if it refuses', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    server.refusal = 'org.freedesktop.Notifications.Error.ExcessNotificationGeneration';
    expect(await client(bus.address).show(notice('a'))).toMatchObject({
      kind: 'transient',
      reason: { code: 'failure.desktop_refused' },
      receiverText: expect.stringContaining('ExcessNotificationGeneration') as string,
    });
  });

  it('is tried again if it hangs, and then shows one notice, though it was asked twice', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { show } = client(bus.address);
    await show(notice('before'));
    server.hang();
    const startedAt = performance.now();
    expect(await show(notice('a'))).toMatchObject({ kind: 'transient', class: 'timeout' });
    // Asked for a sign of life first, so that no second notice waits for it.
    expect(await show(notice('a'))).toMatchObject({ kind: 'transient', class: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    server.resume();
    expect(await show(notice('a'))).toEqual({ kind: 'sent' });
    expect(server.notified.slice(1).map(({ id, replacesId }) => [id, replacesId])).toEqual([
      [2, 0],
      [2, 2],
    ]);
  });

  it('does not show what is taken back first, and closes what is taken back while it hangs', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { show, notifications } = client(bus.address);
    await show(notice('before'));
    const first = show(notice('a'));
    notifications.close('a');
    expect(await first).toEqual({ kind: 'sent' });
    expect(server.notified).toHaveLength(1);

    server.hang();
    const second = show(notice('a'));
    await new Promise(setImmediate);
    notifications.close('a');
    const closed = once(server.heard, 'close');
    server.resume();
    expect(await second).toEqual({ kind: 'sent' });
    expect(await closed).toEqual([2]);
  });

  it('is given up at once when the core no longer waits', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const { notifications } = client(bus.address);
    server.hang();
    const abort = new AbortController();
    const outcome = notifications.show(notice('a'), abort.signal);
    abort.abort();
    expect(await outcome).toMatchObject({ kind: 'interrupted' });
  });
});

describe('a notification server on its way', () => {
  it('is reported when it is there, when it comes, and when another one does', async () => {
    const bus = await privateBus();
    const early = await serverOn(bus);
    const { notifications, seen } = client(bus.address);
    notifications.listen();
    await vi.waitFor(() => expect(seen.count).toBe(1), WAIT);
    await early.stop();
    await serverOn(bus);
    await vi.waitFor(() => expect(seen.count).toBe(2), WAIT);
  });
});

describe('a session bus', () => {
  it('that does not exist is a matter for a person', async () => {
    expect(await client(null).show(notice('a'))).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.desktop_no_bus' },
    });
  });

  it.each([
    'unix:path=/nonexistent/bus',
    'unix:path=/etc/passwd',
    'autolaunch:',
    'nonsense',
    'unix:',
  ])('that cannot be reached at %s is tried again', async (address) => {
    expect(await client(address).show(notice('a'))).toMatchObject({
      kind: 'transient',
      reason: { code: 'failure.desktop_bus_away' },
    });
  });

  it('that goes away is connected to again when it is back, with its signals', async () => {
    const bus = await privateBus();
    const first = await serverOn(bus);
    const { show, choices } = client(bus.address);
    await show(notice('a'));
    await bus.kill();
    await first.stop();
    expect(await show(notice('a'))).toMatchObject({ kind: 'transient', class: 'connection' });
    await bus.restart();
    const second = await serverOn(bus);
    await vi.waitFor(async () => expect((await show(notice('a'))).kind).toBe('sent'), WAIT);
    second.invoke(1, 'default');
    await vi.waitFor(() => expect(choices).toHaveLength(1), WAIT);
  });
});

describe('the notices of an earlier process', () => {
  /** What is on disk, read by each process for itself. */
  const logger = { log: () => undefined };
  let dir: ReturnType<typeof tempDir>;
  let tables: NoticeTable[];
  beforeEach(() => {
    dir = tempDir();
    tables = [];
  });
  afterEach(async () => {
    // They write in the background.
    for (const table of tables) await table.saved();
    dir[Symbol.dispose]();
  });

  /** Reads the table as a process that starts. */
  function readTable(): NoticeTable {
    const table = new NoticeTable(dir.path, logger);
    tables.push(table);
    return table;
  }

  /** Shows a notice in a process that ends; the server's number for it. */
  async function shownBefore(bus: PrivateBus, server: NotificationServerStandIn): Promise<number> {
    const table = readTable();
    const earlier = client(bus.address, table.onServers);
    earlier.notifications.listen();
    await vi.waitFor(() => expect(earlier.seen.count).toBe(1), WAIT);
    expect(await earlier.show(notice('alert-1'))).toMatchObject({ kind: 'sent' });
    await vi.waitFor(() => expect(table.find('alert-1')?.on).toBeDefined(), WAIT);
    await table.saved();
    earlier.bus.close();
    return server.notified.at(-1)?.id ?? 0;
  }

  const start = (bus: PrivateBus) => {
    const now = client(bus.address, readTable().onServers);
    now.notifications.listen();
    return now;
  };

  it('are still answered to, replaced and closed', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const id = await shownBefore(bus, server);
    const now = start(bus);
    await vi.waitFor(() => {
      server.invoke(id, 'acknowledge');
      expect(now.choices.at(0)).toMatchObject({ action: 'acknowledge' });
    }, WAIT);
    expect(now.choices[0]?.notice).toMatchObject({ alertId: 'alert-1', route: '#/alerts/alert-1' });
    await now.show(notice('alert-1', { title: 'worse' }));
    expect(server.notified.at(-1)).toMatchObject({ id, title: 'worse' });
    now.notifications.close('alert-1');
    await vi.waitFor(() => expect(server.closed).toEqual([id]), WAIT);
    expect(readTable().onServers.of('')).toEqual([]);
  });

  it('are replaced even when the first thing that is asked of this process is their successor', async () => {
    const bus = await privateBus();
    const server = await serverOn(bus);
    const id = await shownBefore(bus, server);
    const now = client(bus.address, readTable().onServers);
    await now.show(notice('alert-1', { title: 'worse' }));
    expect(server.notified.at(-1)).toMatchObject({ id, title: 'worse' });
  });

  it('mean nothing to another server, which gives out the same numbers', async () => {
    const bus = await privateBus();
    const id = await shownBefore(bus, await serverOn(bus));
    await servers.pop()?.stop();
    const server = await serverOn(bus);
    const now = start(bus);
    await vi.waitFor(() => expect(now.seen.count).toBe(1), WAIT);
    await now.show(notice('alert-2'));
    expect(server.notified.at(-1)?.id).toBe(id);
    now.notifications.close('alert-1');
    server.invoke(id, 'default');
    await vi.waitFor(() => expect(now.choices).toHaveLength(1), WAIT);
    expect(now.choices[0]?.notice.tag).toBe('alert-2');
    expect(server.closed).toEqual([]);
  });
});
