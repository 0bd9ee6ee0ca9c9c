import { NotificationServerStandIn } from './notification-server.ts';
import { TrayWatcherStandIn } from './tray-watcher.ts';
import { PrivateBus } from './private-bus.ts';

/** A desktop session's bus with what a desktop runs on it: a real dbus-daemon, and stand-ins for the rest. */
export class DesktopSession {
  readonly bus: PrivateBus;
  readonly notifications: NotificationServerStandIn;
  readonly tray: TrayWatcherStandIn;

  private constructor(
    bus: PrivateBus,
    notifications: NotificationServerStandIn,
    tray: TrayWatcherStandIn,
  ) {
    this.bus = bus;
    this.notifications = notifications;
    this.tray = tray;
  }

  static async start({ hasTray = true } = {}): Promise<DesktopSession> {
    const bus = await PrivateBus.start();
    const notifications = await NotificationServerStandIn.start(bus.address);
    const tray = await TrayWatcherStandIn.start(bus.address, hasTray);
    return new DesktopSession(bus, notifications, tray);
  }

  /** The environment of a program of the session. */
  get env(): Record<string, string> {
    return { DBUS_SESSION_BUS_ADDRESS: this.bus.address };
  }

  async stop(): Promise<void> {
    await this.notifications.stop();
    await this.tray.stop();
    await this.bus[Symbol.asyncDispose]();
  }
}
