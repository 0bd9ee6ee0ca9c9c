import { EventEmitter } from 'node:events';
import { app, needsReady } from './app.ts';
import { record } from './stage.ts';
import { strict } from './strict.ts';

const schemes = new Set<string>();
const schemeHandlers = new Map<string, Parameters<Electron.Protocol['handle']>[1]>();

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(custom) {
    if (app.ready) throw new Error('Schemes must be registered before the app is ready');
    for (const { scheme } of custom) schemes.add(scheme);
  },
  handle(scheme, handler) {
    needsReady('protocol.handle');
    if (!schemes.has(scheme)) throw new Error(`${scheme} was not registered as privileged`);
    schemeHandlers.set(scheme, handler);
  },
} satisfies Partial<Electron.Protocol>);

/** Returns the response to a page that asks for an address of the app's own scheme. */
export async function fetchScheme(url: string, method: string): Promise<Response> {
  const handler = schemeHandlers.get(new URL(url).protocol.replace(':', ''));
  if (!handler) throw new Error(`Nobody handles ${url}`);
  return handler(new Request(url, { method }));
}

export const permissions = {
  request: null as Parameters<Electron.Session['setPermissionRequestHandler']>[0],
  check: null as Parameters<Electron.Session['setPermissionCheckHandler']>[0],
  device: null as Parameters<Electron.Session['setDevicePermissionHandler']>[0],
};

const defaultSession = strict('session.defaultSession', {
  setPermissionRequestHandler(handler) {
    permissions.request = handler;
  },
  setPermissionCheckHandler(handler) {
    permissions.check = handler;
  },
  setDevicePermissionHandler(handler) {
    permissions.device = handler;
  },
} satisfies Partial<Electron.Session>);

export const session = strict('session', { defaultSession });

export const shell = strict('shell', {
  openPath(path) {
    record.openedPaths.push(path);
    return Promise.resolve('');
  },
  openExternal(url) {
    record.openedLinks.push(url);
    return Promise.resolve();
  },
} satisfies Partial<Electron.Shell>);

export const clipboard = strict('clipboard', {
  writeText(text) {
    record.clipboard = text;
    return Promise.resolve();
  },
} satisfies Partial<Electron.Clipboard>);

/** The message boxes that nobody has answered yet; the answer is the number of a button. */
export const openBoxes: ((response: number) => void)[] = [];

export const dialog = strict('dialog', {
  showErrorBox(title, content) {
    record.errorBoxes.push({ title, content });
    process.stderr.write(`[error box] ${title}: ${content}\n`);
  },
  showSaveDialog() {
    const filePath = record.savePath;
    return Promise.resolve({ canceled: filePath === '', filePath });
  },
  showMessageBox(...args: unknown[]) {
    const options = args.at(-1) as Electron.MessageBoxOptions;
    record.messageBoxes.push({ message: options.message, detail: options.detail ?? '' });
    return new Promise<Electron.MessageBoxReturnValue>((resolve) => {
      openBoxes.push((response) => resolve({ response, checkboxChecked: false }));
    });
  },
} satisfies Partial<Electron.Dialog>);

/** A key store that only turns bytes around: enough to see that what is kept is not the key itself. */
export const keyStore = {
  available: true,
  backend: 'gnome_libsecret' as ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>,
  /** Rejects what it is asked, until it is unlocked. */
  locked: false,
  /** It has a newer key than the one that sealed. */
  rotated: false,
};
const MARK = Buffer.from('v11');

export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(app.ready && keyStore.available),
  getSelectedStorageBackend: () => (app.ready ? keyStore.backend : 'unknown'),
  encryptStringAsync: (text) => Promise.resolve(Buffer.concat([MARK, Buffer.from(text).reverse()])),
  async decryptStringAsync(sealed) {
    if (keyStore.locked || !sealed.subarray(0, MARK.length).equals(MARK)) {
      throw new Error('Error while decrypting');
    }
    const result = Buffer.from(sealed.subarray(MARK.length)).reverse().toString();
    return { result, shouldReEncrypt: keyStore.rotated };
  },
} satisfies Partial<Electron.SafeStorage>);

/** Events alone, and those come from EventEmitter. */
class StandInPowerMonitor extends EventEmitter {}
export const powerMonitor = strict('powerMonitor', new StandInPowerMonitor());

/** The network of the machine: online or not. */
export const network = { online: true };
export const net = strict('net', {
  isOnline: () => network.online,
} satisfies Partial<Electron.Net>);

export const nativeTheme = strict('nativeTheme', { shouldUseDarkColors: false });

const display = (id: number, workArea: Electron.Rectangle) =>
  ({ id, workArea }) as Electron.Display;
export const displays = [display(1, { x: 0, y: 0, width: 1_920, height: 1_040 })];

export const screen = strict('screen', {
  getPrimaryDisplay: () => displays[0] as Electron.Display,
  getAllDisplays: () => displays,
} satisfies Partial<Electron.Screen>);

let lastBlocker = 0;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start() {
    record.blockers.push((lastBlocker += 1));
    return lastBlocker;
  },
  stop(id) {
    const index = record.blockers.indexOf(id);
    if (index >= 0) record.blockers.splice(index, 1);
    return index >= 0;
  },
} satisfies Partial<Electron.PowerSaveBlocker>);
