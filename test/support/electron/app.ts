import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { record } from './stage.ts';
import { preventable, strict } from './strict.ts';

type Implemented = Pick<
  Electron.App,
  | 'exit'
  | 'getLoginItemSettings'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'getVersion'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'relaunch'
  | 'releaseSingleInstanceLock'
  | 'requestSingleInstanceLock'
  | 'setAboutPanelOptions'
  | 'setAppUserModelId'
  | 'setAsDefaultProtocolClient'
  | 'setBadgeCount'
  | 'setDesktopName'
  | 'setLoginItemSettings'
  | 'setName'
  | 'setPath'
  | 'setToastActivatorCLSID'
  | 'whenReady'
>;

class StandInApp extends EventEmitter implements Implemented {
  isPackaged = false;
  name = 'belfry';
  desktopName = '';
  ready = false;
  quitting = false;
  hasLock = false;
  badgeCount = 0;
  paths = new Map<string, string>();
  /** How windows are closed when the app quits; false when one of them stayed open. */
  closeWindows: () => boolean = () => true;

  getPath(name: Parameters<Electron.App['getPath']>[0]): string {
    const known = this.paths.get(name);
    if (known !== undefined) return known;
    if (name !== 'appData') throw new Error(`The stand-in for Electron has no path ${name}`);
    const path = mkdtempSync(join(tmpdir(), 'belfry-app-data-'));
    process.once('exit', () => rmSync(path, { recursive: true, force: true }));
    this.paths.set(name, path);
    return path;
  }

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`);
    if (this.ready) throw new Error(`The path ${name} must be set before the app is ready`);
    this.paths.set(name, path);
  }

  getPreferredSystemLanguages(): string[] {
    return ['en-US'];
  }

  getVersion(): string {
    return '0.0.0-stand-in';
  }

  isReady(): boolean {
    return this.ready;
  }

  async whenReady(): Promise<void> {
    await setImmediate();
    this.ready = true;
  }

  requestSingleInstanceLock(): boolean {
    this.hasLock = process.env['BELFRY_STAND_IN_IS_SECOND'] === undefined;
    return this.hasLock;
  }

  setBadgeCount(count = 0): boolean {
    if (process.platform === 'win32') throw new Error('setBadgeCount is for Linux and macOS');
    this.badgeCount = count;
    return true;
  }

  setName(name: string): void {
    this.name = name;
  }

  setAboutPanelOptions(options: Electron.AboutPanelOptionsOptions): void {
    record.aboutPanel = options;
  }

  setAppUserModelId(_id: string): void {
    if (process.platform !== 'win32') throw new Error('setAppUserModelId is for Windows');
  }

  toastActivator = '';

  setToastActivatorCLSID(id: string): void {
    if (process.platform !== 'win32') throw new Error('setToastActivatorCLSID is for Windows');
    this.toastActivator = id;
  }

  setDesktopName(name: string): void {
    if (this.ready) throw new Error('setDesktopName must be called before the app is ready');
    this.desktopName = name;
  }

  /** Only macOS has one. */
  dock: Pick<Electron.Dock, 'hide' | 'show'> | undefined;
  openedAtLogin = false;
  defaultSchemes: string[] = [];

  setAsDefaultProtocolClient(scheme: string): boolean {
    this.defaultSchemes.push(scheme);
    return true;
  }

  getLoginItemSettings(): Electron.LoginItemSettings {
    return { wasOpenedAtLogin: this.openedAtLogin } as Electron.LoginItemSettings;
  }

  setLoginItemSettings(settings: Electron.Settings): void {
    if (process.platform === 'linux') throw new Error('Linux has no login items');
    record.loginItems.push(settings);
  }

  releaseSingleInstanceLock(): void {
    this.hasLock = false;
  }

  relaunch(options: Electron.RelaunchOptions = {}): void {
    record.relaunches.push(options.args ?? process.argv.slice(1));
  }

  /** As Electron does: asks at once, closes the windows, asks again, and is gone. */
  quit(): void {
    const before = preventable({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.quitting = true;
    void setImmediate().then(() => {
      if (!this.closeWindows()) {
        this.quitting = false;
        return;
      }
      const will = preventable({});
      this.emit('will-quit', will);
      if (!will.defaultPrevented) this.exit(0);
    });
  }

  exit(exitCode = 0): void {
    this.emit('quit', preventable({}), exitCode);
    process.exit(exitCode);
  }

  /** The last window is closed: without a listener that is the end. */
  allWindowsClosed(): void {
    if (this.quitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }
}

export const app = strict('app', new StandInApp());

/** Throws as Electron does for what needs the app to be ready. */
export function needsReady(what: string): void {
  if (!app.ready) throw new Error(`${what} cannot be used before the app is ready`);
}
