/** @module-tag slow */
import { createClient, defineInterface, type MessageBus } from 'dbus-native';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotificationServerStandIn } from '../support/dbus/notification-server.ts';
import { PrivateBus } from '../support/dbus/private-bus.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let temp: ReturnType<typeof tempDir>;
let session: PrivateBus;
let screen: NotificationServerStandIn;
let server: ServerProcess;
let saver: MessageBus;
let lock: (isActive: boolean) => void;

/** A session with a notification server and a lock screen, as GNOME has it. */
beforeEach(async () => {
  temp = tempDir();
  session = await PrivateBus.start();
  screen = await NotificationServerStandIn.start(session.address);
  const service = defineInterface({
    name: 'org.gnome.ScreenSaver',
    methods: {},
    signals: { ActiveChanged: { args: { isActive: 'b' } } },
  });
  saver = createClient({ busAddress: session.address });
  saver.connection.on('error', () => undefined);
  await saver.export('/org/gnome/ScreenSaver', service);
  await saver.ownName('org.gnome.ScreenSaver');
  lock = (isActive) => service.emit['ActiveChanged']?.(isActive);
});

const start = async (): Promise<void> => {
  server = await ServerProcess.start({
    dataDir: join(temp.path, 'data'),
    adminToken: 'storm-test-token',
    env: { DBUS_SESSION_BUS_ADDRESS: session.address, DBUS_SYSTEM_BUS_ADDRESS: '' },
  });
};

afterEach(async () => {
  await server.stop();
  await saver.close();
  await screen.stop();
  await session[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

const event = (kind: string, severity: string) => ({
  host: 'nas',
  kind,
  status: 'firing',
  severity,
});

const channel = () =>
  server.call('POST', '/api/v1/channels', { kind: 'desktop', name: 'this computer', config: {} });

const sentCount = async (): Promise<number> => {
  const { body } = await server.call('GET', '/api/v1/notifications?status=sent');
  return (body as { total: number }).total;
};

/** Returns the titles on the screen: the last one shown under each number, unless it was closed since. */
function onScreen(): string[] {
  const last = new Map(screen.notified.map((notified) => [notified.id, notified.title]));
  for (const id of screen.closed) last.delete(id);
  return [...last.values()];
}

describe('many alerts at once', () => {
  it('are one notice on the screen', async () => {
    await start();
    await channel();
    const events = Array.from({ length: 15 }, (_, n) => event(`disk_${n}`, 'warning'));
    const answer = await server.call('POST', '/api/v1/events', [
      ...events,
      event('fire', 'critical'),
    ]);
    expect(answer.status).toBe(200);
    await vi.waitFor(() => expect(onScreen()).toEqual(['16 alerts']), WAIT);
    expect(new Set(screen.notified.map(({ id }) => id)).size).toBe(1);
    expect(screen.notified.at(-1)?.hints['urgency']).toBe(2);
    expect(screen.notified.at(-1)?.body).toContain('critical');
  });
});

describe('alerts behind a locked screen', () => {
  it('are one notice once it is unlocked', async () => {
    await start();
    await channel();
    await server.stop();
    // With its channel known from the start, it follows the lock screen from the start.
    await start();
    await server.call('POST', '/api/v1/events', event('before', 'warning'));
    await vi.waitFor(() => expect(onScreen()).toHaveLength(1), WAIT);
    // A notice that is under way when the screen is locked may not have been seen, and counts as missed.
    await vi.waitFor(async () => expect(await sentCount()).toBe(1), WAIT);
    lock(true);
    await server.call('POST', '/api/v1/events', event('first', 'warning'));
    await vi.waitFor(() => expect(onScreen()).toHaveLength(2), WAIT);
    await server.call('POST', '/api/v1/events', event('second', 'warning'));
    await vi.waitFor(() => expect(onScreen()).toHaveLength(3), WAIT);
    lock(false);
    await vi.waitFor(
      () =>
        expect(onScreen()).toEqual([
          expect.stringContaining('before'),
          '2 alerts while you were away',
        ]),
      WAIT,
    );
  });
});
