import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sandboxRemedies } from '../../main/launch/sandbox.ts';
import { tempDir } from '../support/temp-dir.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir();
});
afterEach(() => temp[Symbol.dispose]());

/** An Electron in a folder that needs quotes, on a system that restricts user namespaces or does not. */
function remedies(restricted: string): ReturnType<typeof sandboxRemedies> {
  const dist = join(temp.path, "Ada's apps");
  mkdirSync(dist, { recursive: true });
  const restriction = join(temp.path, 'apparmor_restrict_unprivileged_userns');
  writeFileSync(restriction, restricted);
  writeFileSync(join(dist, 'chrome-sandbox'), '');
  return sandboxRemedies(join(dist, 'electron'), restriction);
}

it('needs no remedy where user namespaces are free, or the setting is unknown', () => {
  expect(remedies('0\n')).toBeNull();
  expect(sandboxRemedies('/opt/electron', join(temp.path, 'none'))).toBeNull();
});

it.runIf(process.platform === 'linux')(
  'is offered two remedies, both of which a shell understands',
  () => {
    const found = remedies('1\n');
    if (found === null) throw new Error('no remedies');
    // The shell runs them with a sudo that shows what it would have run.
    const shown = (command: string): string =>
      execFileSync('sh', ['-c', `sudo() { echo "$*"; }; ${command}`], { encoding: 'utf8' });
    const helper = join(temp.path, "Ada's apps", 'chrome-sandbox');
    expect(shown(found.setuid)).toBe(`chown root:root ${helper}\nchmod 4755 ${helper}\n`);
    expect(shown(found.profile)).toBe(
      'tee /etc/apparmor.d/belfry-electron\napparmor_parser -r /etc/apparmor.d/belfry-electron\n',
    );
    expect(found.profile).toContain('userns');
  },
);

it.runIf(process.getuid?.() === 0)('needs none once the helper is setuid root', () => {
  remedies('1');
  const dist = join(temp.path, "Ada's apps");
  chmodSync(join(dist, 'chrome-sandbox'), 0o4755);
  const restriction = join(temp.path, 'apparmor_restrict_unprivileged_userns');
  expect(sandboxRemedies(join(dist, 'electron'), restriction)).toBeNull();
});
