import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { app, dialog } from 'electron';
import { systemClock, systemRandom } from './base/clock.ts';
import { desktopOptionsOf } from './base/desktop-options.ts';
import { idsFrom } from './base/ids.ts';
import { KeyRing } from './base/key-ring.ts';
import { createLogger, errorText } from './base/logger.ts';
import { guardDataDirectory, makePrivateDirectory } from './store/files/guarded-directory.ts';
import { localeFrom, type LanguageSetting } from './contract/language.ts';
import { messagesFor, type Messages } from './messages/messages.ts';
import { setAboutPanel, setAppMenu } from './shell/app-menu.ts';
import { declareAppScheme, serveAppScheme } from './shell/app-protocol.ts';
import { CoreListFile } from './shell/cores/core-list-file.ts';
import { DeepLinks } from './shell/deep-link.ts';
import { Desktop } from './shell/desktop-app.ts';
import { DesktopSettings } from './shell/desktop-settings.ts';
import { openLogs, saveDiagnostics } from './shell/diagnostics.ts';
import { dataDirOf, forcedHttpOf } from './shell/environment.ts';
import { setupIdentity } from './shell/identity.ts';
import { unlockKeyFile } from './shell/key-store.ts';
import { lockDownPages } from './shell/lockdown.ts';
import { wasStartedAtLogin } from './shell/login-item.ts';
import { catchFaults, guardOutput } from './shell/process-faults.ts';
import { LOG_DIRECTORY, ProcessLog } from './shell/process-log.ts';
import { Quitting } from './shell/quitting.ts';
import { smokeTest } from './shell/smoke.ts';
import { followSignals, followSystem } from './shell/system-events.ts';
import { KeyFile } from './store/files/data-key.ts';
import { startFailure } from './store/files/disk-error.ts';
import { Vault } from './store/files/vault.ts';
import type { CoreOptions } from './transport/worker-messages.ts';

/** As shells say of what Ctrl+C ended. */
const FORCED_EXIT_CODE = 130;

const RESOURCES = join(import.meta.dirname, '..', '..', 'resources');
const RENDERER = join(import.meta.dirname, '..', 'renderer');
const PRELOAD = join(import.meta.dirname, '..', 'preload', 'index.cjs');
const CORE = join(import.meta.dirname, 'core-worker.js');

const options = desktopOptionsOf(process.argv.slice(1), process.env);

const links = new DeepLinks();

const log = new ProcessLog(systemClock);
const logger = createLogger(
  (line) => log.write(line),
  () => systemClock.now(),
);

/** Returns the catalogue in a language; `system` is that of the operating system. */
function messages(setting: LanguageSetting = 'system'): Messages {
  const { language, tag } = localeFrom(setting, app.getPreferredSystemLanguages());
  return messagesFor(language, tag);
}

/** Makes the data directory; what Chromium keeps goes into a corner of it. */
function setupDataDir(dataDir: string): void {
  guardDataDirectory(dataDir, logger);
  const sessionDir = join(dataDir, 'window');
  makePrivateDirectory(sessionDir);
  app.setPath('userData', dataDir);
  app.setPath('sessionData', sessionDir);
}

function coreOptions(dataDir: string, keyFile: KeyFile): CoreOptions {
  return {
    dataDir,
    version: app.getVersion(),
    isPackaged: app.isPackaged,
    dataKeys: keyFile.keys,
    rendererDir: RENDERER,
    http: forcedHttpOf(options, messages()),
    adminToken: options.adminToken,
  };
}

/** Starts the core in its thread, whose log goes where that of the process goes. */
function spawnCore(workerData: CoreOptions): Worker {
  const worker = new Worker(CORE, { name: 'core', workerData, stderr: true });
  worker.stderr.on('data', (text: Buffer) => log.write(text.toString()));
  return worker;
}

function setupDesktop(dataDir: string, keyFile: KeyFile, quitting: Quitting): Desktop {
  const { platform } = process;
  const { isPackaged } = app;
  const icon = join(RESOURCES, 'icons', '256x256.png');
  const loginItem = {
    platform,
    env: process.env,
    args: options.dataDir === null ? [] : ['--data-dir', dataDir],
  };
  const logDirectory = join(dataDir, LOG_DIRECTORY);
  const diagnostics = {
    version: app.getVersion(),
    logDirectory,
    secrets: options.adminToken === null ? [] : [options.adminToken],
  };
  const keys = new KeyRing(keyFile.keys);
  const desktop = new Desktop({
    dataDir,
    spawnCore: () => spawnCore(coreOptions(dataDir, keyFile)),
    changeKeys: async (change) => {
      keys.replace(await keyFile.change(change));
      return keys.all;
    },
    preload: PRELOAD,
    resourcesDir: { icon, tray: join(RESOURCES, 'tray') },
    clock: systemClock,
    logger,
    messages,
    settings: new DesktopSettings(loginItem, logger),
    cores: {
      file: new CoreListFile(dataDir, logger),
      box: new Vault(keys),
      hasEarlierKeys: () => keys.earlier.length > 0,
      random: systemRandom,
      newId: idsFrom(systemClock),
    },
    quitNow: () => void quitNow(desktop, quitting),
    restart: () => quitting.restart(),
    setMenu: (chosen) => {
      setAppMenu(chosen, {
        platform,
        isPackaged,
        quit: () => app.quit(),
        openNotices: () => desktop.show('#/settings/about'),
        openLogs: () => void openLogs(logDirectory, logger),
        saveDiagnostics: () => void saveDiagnostics({ ...diagnostics, core: desktop.core }, chosen),
      });
      setAboutPanel(chosen, icon);
    },
  });
  return desktop;
}

async function boot(dataDir: string): Promise<void> {
  await app.whenReady();
  serveAppScheme(RENDERER);
  lockDownPages(logger);
  const keyFile = await unlockKeyFile(
    (protector) => KeyFile.open(dataDir, { protector, isNewKeyWanted: options.newKey }),
    { platform: process.platform, logger, messages: messages() },
  );
  if (keyFile === null) {
    app.exit(1);
    return;
  }
  const quitting = new Quitting({ drain: () => end(() => desktop.stop()), logger });
  const desktop = setupDesktop(dataDir, keyFile, quitting);
  followSystem(desktop, quitting);
  quitting.watch();
  followSignals(systemClock, () => void quitNow(desktop, quitting));
  const start = async (): Promise<void> => {
    const open = (linked: string | null, link: string): void => {
      if (quitting.underWay) quitting.restart(link);
      else desktop.show(linked);
    };
    const route = links.follow(open, process.argv);
    await desktop.start();
    const isHidden = options.hidden || wasStartedAtLogin(process.platform);
    if (route === null && isHidden) desktop.startInBackground();
    else desktop.show(route);
  };
  if (!options.smoke) return start();
  await smokeTest(start, systemClock, messages());
  app.quit();
}

/** Ends without a drain, for a person who does not want to wait. */
async function quitNow(desktop: Desktop, quitting: Quitting): Promise<void> {
  quitting.force();
  try {
    await end(() => desktop.abandon());
  } finally {
    app.exit(FORCED_EXIT_CODE);
  }
}

/** The log is the last to end: it has what happens before. */
async function end(stopDesktop: () => Promise<void>): Promise<void> {
  try {
    await stopDesktop();
  } finally {
    await log.close();
  }
}

/** Starts Belfry, or hands over to the instance that runs. Rejects with an error for people. */
async function begin(): Promise<void> {
  guardOutput();
  catchFaults(logger);
  setupIdentity(process.platform);
  declareAppScheme();
  links.listen();
  const dataDir = dataDirOf(options, app.getPath('appData'), app.isPackaged);
  try {
    setupDataDir(dataDir);
    if (!app.requestSingleInstanceLock()) {
      app.quit();
      return;
    }
    const logDirectory = join(dataDir, LOG_DIRECTORY);
    makePrivateDirectory(logDirectory);
    log.open(logDirectory);
    await boot(dataDir);
  } catch (error) {
    throw startFailure(error, dataDir, messages());
  }
}

/** Ends the process, which Electron would keep without tray or window. */
async function failStart(error: unknown): Promise<void> {
  try {
    const problem = errorText(error);
    logger.log('error', 'could not start', { error: problem });
    await log.close();
    // Nobody is there to close a dialog.
    if (options.smoke) return;
    // Before that, Linux shows no dialog.
    await app.whenReady();
    dialog.showErrorBox(messages().text('shell.dialog.noStart'), problem);
  } finally {
    app.exit(1);
  }
}

begin().catch(failStart);
