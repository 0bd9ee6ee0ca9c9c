import { EventEmitter } from 'node:events';
import { needsReady } from './app.ts';
import { host } from './host.ts';
import { preventable, strict } from './strict.ts';

type Implemented = Pick<Electron.Notification, 'close' | 'show'>;

/** The behaviour of the operating system's notification service with the next notifications. */
export const notificationService = { supported: true, failing: null as string | null, mute: false };

/** The click handler, and the notifications that earlier processes left. */
export const activations: {
  handler: (details: Electron.ActivationArguments) => void;
  history: StandInNotification[];
} = { handler: () => undefined, history: [] };

/** Everything that was shown since the start, oldest first. */
const shown: StandInNotification[] = [];

class StandInNotification extends EventEmitter implements Implemented {
  readonly options: Electron.NotificationConstructorOptions;
  state: 'new' | 'shown' | 'closed' = 'new';

  get id(): string {
    return this.options.id ?? '';
  }

  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super();
    needsReady('Notification');
    this.options = options;
    return strict('Notification', this);
  }

  /** Registers a handler for what Windows says of a click on a notification, of this process or another. */
  static handleActivation(callback: (details: Electron.ActivationArguments) => void): void {
    if (host.platform !== 'win32') throw new Error('handleActivation is for Windows');
    activations.handler = callback;
  }

  /** Returns the notifications of earlier processes that macOS still shows. */
  static getHistory(): Promise<StandInNotification[]> {
    if (host.platform !== 'darwin') throw new Error('getHistory is for macOS');
    return Promise.resolve(activations.history);
  }

  static isSupported(): boolean {
    return notificationService.supported;
  }

  /** Linux waits for the notification server and answers before it returns; no failure is reported there. */
  show(): void {
    if (host.platform === 'linux') this.answer();
    else setImmediate(() => this.answer());
  }

  /** Only macOS reports that the app has closed its own notification, and gives no reason. */
  close(): void {
    if (this.state !== 'shown') return;
    this.state = 'closed';
    if (host.platform === 'darwin') this.emit('close', preventable({}));
  }

  /** It leaves the screen, by the user or the clock. */
  dismiss(reason: 'userCanceled' | 'timedOut'): void {
    if (this.state !== 'shown') return;
    this.state = 'closed';
    this.emit('close', preventable({ reason }));
  }

  click(): void {
    if (this.state !== 'shown') throw new Error('Only a notification on the screen can be clicked');
    this.emit('click', preventable({}));
  }

  answer(): void {
    if (notificationService.mute) return;
    if (notificationService.failing !== null) {
      if (host.platform === 'linux') return;
      this.emit('failed', preventable({}), notificationService.failing);
      return;
    }
    this.state = 'shown';
    shown.push(this);
    this.emit('show', preventable({}));
  }

  /** A person presses the button at that place. */
  press(actionIndex: number): void {
    if (this.state !== 'shown') throw new Error('Only a notification on the screen has buttons');
    if (!this.options.actions?.[actionIndex]) throw new Error(`No button ${actionIndex}`);
    this.emit('action', preventable({ actionIndex, selectionIndex: -1 }), actionIndex, -1);
  }
}

export const notifications = (): readonly StandInNotification[] => shown;
Object.defineProperty(StandInNotification, 'name', { value: 'Notification' });
export { StandInNotification as Notification };
