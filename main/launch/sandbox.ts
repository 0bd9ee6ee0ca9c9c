import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../base/shell-words.ts';

/** Ubuntu 23.10 and newer set this to 1: only programs with an AppArmor profile get user namespaces. */
const RESTRICTION = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const SETUID = 0o4000;

/** The two ways to let Chromium's sandbox work, as commands for a shell. */
export interface SandboxRemedies {
  readonly setuid: string;
  readonly profile: string;
}

/**
 * Returns what helps an Electron that could not start for want of a sandbox; null where the system lets
 * every program have user namespaces or Chromium's setuid helper is installed, so that it was not that.
 */
export function sandboxRemedies(
  program: string,
  restriction = RESTRICTION,
): SandboxRemedies | null {
  if (!existsSync(restriction) || readFileSync(restriction, 'utf8').trim() !== '1') return null;
  const helper = join(dirname(program), 'chrome-sandbox');
  const stats = statSync(helper, { throwIfNoEntry: false });
  if (stats?.uid === 0 && (stats.mode & SETUID) !== 0) return null;
  const file = '/etc/apparmor.d/belfry-electron';
  const profile = [
    'abi <abi/4.0>,',
    'include <tunables/global>',
    `profile belfry-electron "${program}" flags=(unconfined) { userns, }`,
  ];
  return {
    setuid: `sudo chown root:root ${shellWord(helper)} && sudo chmod 4755 ${shellWord(helper)}`,
    profile: `printf '%s\\n' ${profile.map(shellWord).join(' ')} | sudo tee ${file} && sudo apparmor_parser -r ${file}`,
  };
}
