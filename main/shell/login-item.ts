import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { APP_ID } from '../base/app-id.ts';

const ENTRY_NAME = `${APP_ID}.desktop`;

export interface LoginItemOptions {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The arguments of a start at login beside `--hidden`, where the system passes arguments. */
  readonly args: readonly string[];
}

/** Adds Belfry to what starts at login, hidden, or removes it. */
export async function setStartAtLogin(
  isWanted: boolean,
  { platform, env, args }: LoginItemOptions,
): Promise<void> {
  const hidden = ['--hidden', ...args];
  if (platform !== 'linux') {
    app.setLoginItemSettings({
      openAtLogin: isWanted,
      ...(platform === 'win32' && { args: hidden }),
    });
    return;
  }
  const directory = join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'autostart');
  const path = join(directory, ENTRY_NAME);
  if (!isWanted) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(directory, { recursive: true });
  // Inside an AppImage the program's own path is in a mount that is another at each start.
  await writeFile(path, autostartEntry([env['APPIMAGE'] || process.execPath, ...hidden]));
}

/** Returns true if the system has started Belfry at login without an argument that says so. */
export const wasStartedAtLogin = (platform: NodeJS.Platform): boolean =>
  platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;

/** Writes an entry by the Desktop Entry Specification 1.5 and the Autostart Specification 0.5. */
function autostartEntry(command: readonly string[]): string {
  const keys = new Map([
    ['Type', 'Application'],
    ['Name', 'Belfry'],
    ['Icon', 'belfry'],
    ['Exec', command.map(quoted).join(' ')],
    ['Terminal', 'false'],
    ['X-GNOME-Autostart-enabled', 'true'],
  ]);
  const groups = new Map([['Desktop Entry', keys]]);
  return [...groups]
    .flatMap(([group, values]) => [`[${group}]`, ...[...values].map((pair) => pair.join('='))])
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * Quotes an argument of `Exec`: first as the key's own rule says, with doubled percent signs, then with the
 * backslashes that every string value of the file needs.
 */
const quoted = (argument: string): string =>
  `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`.replaceAll('\\', '\\\\');
