/** @module-tag slow */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tempDir } from '../support/temp-dir.ts';
import { makeStubElectron, makeStubMacElectron } from './stub-electron.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const BUILDER = join(ROOT, 'node_modules/electron-builder/cli.js');
const MB = 1_000_000;
/** The limit of our own part of every package: Electron's runtime comes to about 110 MB compressed. */
const OURS_BYTES_MAX = 8 * MB;
const APPARMOR_PARSER = '/usr/sbin/apparmor_parser';
const PROTOCOL = 'x-scheme-handler/belfry';

const temp = tempDir();
const stubs: string[] = [];
afterAll(() => {
  temp[Symbol.dispose]();
  for (const stub of stubs) rmSync(stub, { recursive: true });
});

async function pack(stub: string, ...args: string[]): Promise<string> {
  stubs.push(stub);
  const output = join(temp.path, `packed-${stubs.length}`);
  const fpm = join(temp.path, 'fpm');
  const script = join(import.meta.dirname, 'stand-in-fpm.ts');
  writeFileSync(fpm, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  const settings = [`-c.electronDist=${stub}`, `-c.directories.output=${output}`];
  await run(process.execPath, [BUILDER, ...args, ...settings], {
    cwd: ROOT,
    env: { ...process.env, CUSTOM_FPM_PATH: fpm, ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7za' },
  });
  return output;
}

const output = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8' });

/** Returns the `key=value` lines of a desktop entry. */
const entryOf = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

describe.runIf(process.platform === 'linux')('the packages for Linux', () => {
  let built: string;
  let installed: string;
  const named = (ending: string): string =>
    join(built, readdirSync(built).find((name) => name.endsWith(ending)) ?? ending);

  beforeAll(async () => {
    built = await pack(makeStubElectron(), '--linux', 'deb', 'rpm', 'tar.gz', '--x64', '--arm64');
    installed = join(temp.path, 'installed');
    execFileSync('dpkg-deb', ['-x', named('amd64.deb'), installed]);
  });

  it('are there for both architectures', () => {
    const names = readdirSync(built).filter((name) => name.startsWith('Belfry-'));
    const endings = [
      'amd64.deb',
      'arm64.deb',
      'x86_64.rpm',
      'aarch64.rpm',
      'x64.tar.gz',
      'arm64.tar.gz',
    ];
    expect(names.map((name) => name.replace(/^Belfry-.*-linux-/, '')).sort()).toEqual(
      endings.sort(),
    );
    expect(output('dpkg-deb', '-f', named('arm64.deb'), 'Architecture')).toBe('arm64\n');
    expect(output('rpm', '-qp', '--qf', '%{ARCH}', named('aarch64.rpm'))).toBe('aarch64');
  });

  it('have a desktop entry that is valid, named for the app and without --no-sandbox', () => {
    const file = join(installed, 'usr/share/applications/org.belfry.Belfry.desktop');
    expect(output('desktop-file-validate', file)).toBe('');
    expect(entryOf(file)).toEqual({
      Name: 'Belfry',
      Exec: '/opt/Belfry/belfry %U',
      Terminal: 'false',
      Type: 'Application',
      Icon: 'belfry',
      StartupWMClass: 'org.belfry.Belfry',
      Comment: expect.stringContaining('homelab') as string,
      MimeType: `${PROTOCOL};`,
      Categories: 'Utility;',
    });
    expect(existsSync(join(installed, 'usr/share/icons/hicolor/256x256/apps/belfry.png'))).toBe(
      true,
    );
  });

  it('say in the control file and the RPM header what they are', () => {
    const control = output('dpkg-deb', '-f', named('amd64.deb'));
    for (const line of ['Package: belfry', 'Homepage: https://', 'Priority: optional']) {
      expect(control).toContain(`${line}`);
    }
    expect(control).toMatch(/^Depends: .*\blibgtk-3-0\b.*\blibsecret-1-0\b/m);
    expect(control).toMatch(/^Description: \S.*homelab/m);
    const header = output(
      'rpm',
      '-qp',
      '--qf',
      '%{NAME} %{LICENSE} %{URL} %{SUMMARY}',
      named('x86_64.rpm'),
    );
    expect(header).toMatch(/^belfry MIT https:\/\/\S+ Alerts from your homelab/);
    expect(output('rpm', '-qp', '--requires', named('x86_64.rpm'))).toContain('gtk3');
  });

  it('bring the AppArmor profile that lets Chromium have its sandbox, and load it on installation', () => {
    const profile = readFileSync(join(installed, 'opt/Belfry/resources/apparmor-profile'), 'utf8');
    expect(profile).toMatch(
      /profile "belfry" "\/opt\/Belfry\/belfry" flags=\(unconfined\) \{\s+userns,/,
    );
    const control = join(temp.path, 'control');
    execFileSync('dpkg-deb', ['-e', named('amd64.deb'), control]);
    const script = join(control, 'postinst');
    expect(readFileSync(script, 'utf8')).toContain("/etc/apparmor.d/belfry'");
    const removal = join(control, 'postrm');
    expect(readFileSync(removal, 'utf8')).toMatch(
      /DEST='\/etc\/apparmor\.d\/belfry'[^]*apparmor_parser --remove[^]*rm -f/,
    );
    for (const file of [script, removal]) execFileSync('bash', ['-n', file]);
    const scripts = output('rpm', '-qp', '--scripts', named('x86_64.rpm'));
    expect(scripts).toContain("APPARMOR_PROFILE_TARGET='/etc/apparmor.d/belfry'");
    expect(output('rpm', '-qlp', named('x86_64.rpm'))).toContain('resources/apparmor-profile');
  });

  it.runIf(existsSync(APPARMOR_PARSER))('bring a profile that AppArmor reads', () => {
    const profile = join(installed, 'opt/Belfry/resources/apparmor-profile');
    const abi = readFileSync(profile, 'utf8').replace(/^abi .*$/m, '');
    // AppArmor 3 knows neither the 4.0 ABI nor its rule `userns`; there, no namespace is restricted.
    const isOld = !existsSync('/etc/apparmor.d/abi/4.0');
    const text = isOld ? abi.replace(/^\s*userns,$/m, '') : readFileSync(profile, 'utf8');
    const args = ['--skip-kernel-load', '--skip-cache', '--debug'];
    execFileSync(APPARMOR_PARSER, args, { input: text, stdio: ['pipe', 'ignore', 'pipe'] });
    const broken = () =>
      execFileSync(APPARMOR_PARSER, args, { input: `${text}}`, stdio: ['pipe', 'ignore', 'pipe'] });
    expect(broken).toThrow(/syntax error/);
  });

  it('have our licence, the notices of third parties and Chromium’s, in each', () => {
    const wanted = [
      'app.asar.unpacked/LICENSE',
      'app.asar.unpacked/out/THIRD-PARTY-NOTICES.txt',
      'LICENSES.chromium.html',
    ];
    const contents = [
      output('dpkg-deb', '-c', named('amd64.deb')),
      output('rpm', '-qlp', named('x86_64.rpm')),
      output('tar', '-tzf', named('x64.tar.gz')),
    ];
    for (const list of contents) for (const file of wanted) expect(list).toContain(`/${file}`);
    expect(statSync(join(installed, 'usr/share/doc/belfry/copyright')).size).toBeGreaterThan(500);
  });

  it('have the languages of the window alone, and little that is ours', () => {
    expect(readdirSync(join(installed, 'opt/Belfry/locales')).sort()).toEqual([
      'de.pak',
      'en-GB.pak',
      'en-US.pak',
      'en.pak',
    ]);
    const asar = statSync(join(installed, 'opt/Belfry/resources/app.asar'));
    expect(asar.size).toBeLessThan(OURS_BYTES_MAX);
    expect(statSync(named('x64.tar.gz')).size).toBeLessThan(OURS_BYTES_MAX);
  });
});

describe.runIf(process.platform !== 'win32')('the app for macOS', () => {
  it('opens links, has two languages, and no cookie key in the keychain', async () => {
    // Where codesign is missing, only a signature that nobody makes is left out.
    const unsigned = ['-c.electronFuses.resetAdHocDarwinSignature=false', '-c.mac.identity=null'];
    const built = await pack(makeStubMacElectron(), '--mac', 'dir', '--arm64', ...unsigned);
    const contents = join(built, 'mac-arm64/Belfry.app/Contents');
    const plist = readFileSync(join(contents, 'Info.plist'), 'utf8');
    const value = (key: string): string =>
      new RegExp(`<key>${key}</key>\\s*<(?:string|true)/?>([^<]*)`).exec(plist)?.[1] ?? 'none';
    expect(value('CFBundleIdentifier')).toBe('org.belfry.Belfry');
    expect(value('CFBundleDisplayName')).toBe('Belfry');
    expect(value('LSApplicationCategoryType')).toBe('public.app-category.utilities');
    expect(plist).toMatch(/<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>belfry<\/string>/);
    expect(plist).toContain('<key>ElectronAsarIntegrity</key>');
    const languages = readdirSync(join(contents, 'Resources')).filter((it) =>
      it.endsWith('.lproj'),
    );
    expect(languages.sort()).toEqual(['de.lproj', 'en.lproj', 'en_GB.lproj', 'en_US.lproj']);
    expect(
      existsSync(join(contents, 'Resources/app.asar.unpacked/out/THIRD-PARTY-NOTICES.txt')),
    ).toBe(true);
  });
});

it('every package is asked for and smoked before a release, with the AppImage runtime that needs no FUSE 2', () => {
  const config = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')) as {
    readonly toolsets: { readonly appimage: string };
    readonly electronFuses: Readonly<Record<string, boolean>>;
  } & Readonly<
    Record<'linux' | 'win' | 'mac', { readonly target: { target: string; arch: string[] }[] }>
  >;
  const targets = [config.linux, config.win, config.mac].flatMap(({ target }) => target);
  expect(targets.map(({ target }) => target)).toEqual([
    'AppImage',
    'deb',
    'rpm',
    'tar.gz',
    'nsis',
    'dmg',
  ]);
  for (const { arch } of targets) expect(arch).toEqual(['x64', 'arm64']);
  const release = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');
  for (const { target } of targets) expect(release).toMatch(new RegExp(`\\{ name: ${target},`));
  expect(release).toContain('needs: [installers, smoke]');
  expect(config.toolsets.appimage).not.toBe('0.0.0');
  expect(config.electronFuses).toMatchObject({ enableCookieEncryption: false, runAsNode: false });
});
