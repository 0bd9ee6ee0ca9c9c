import { NotificationServerStandIn } from './notification-server.ts';
import { PrivateBus } from './private-bus.ts';

/** A desktop session's bus with what a desktop runs on it: a real dbus-daemon, and stand-ins for the rest. */
export class DesktopSession {
  readonly bus: PrivateBus;
  readonly notifications: NotificationServerStandIn;

  private constructor(bus: PrivateBus, notifications: NotificationServerStandIn) {
    this.bus = bus;
    this.notifications = notifications;
  }

  static async start(): Promise<DesktopSession> {
    const bus = await PrivateBus.start();
    return new DesktopSession(bus, await NotificationServerStandIn.start(bus.address));
  }

  /** What a program of the session has in its environment. */
  get env(): Record<string, string> {
    return { DBUS_SESSION_BUS_ADDRESS: this.bus.address };
  }

  async stop(): Promise<void> {
    await this.notifications.stop();
    await this.bus[Symbol.asyncDispose]();
  }
}
