import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * A stand-in for fpm, which electron-builder downloads: as much of it as is asked for here, by the tools of
 * Debian and of RPM themselves. `CUSTOM_FPM_PATH` names a program that runs this file.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { type: 'string', short: 's' },
    t: { type: 'string', short: 't' },
    force: { type: 'boolean' },
    d: { type: 'string', short: 'd', multiple: true },
    'deb-recommends': { type: 'string', multiple: true },
    'deb-compression': { type: 'string' },
    'deb-priority': { type: 'string' },
    'rpm-compression': { type: 'string' },
    'rpm-os': { type: 'string' },
    'rpm-summary': { type: 'string' },
    architecture: { type: 'string' },
    'after-install': { type: 'string' },
    'after-remove': { type: 'string' },
    description: { type: 'string' },
    version: { type: 'string' },
    package: { type: 'string' },
    name: { type: 'string' },
    maintainer: { type: 'string' },
    vendor: { type: 'string' },
    url: { type: 'string' },
    category: { type: 'string' },
    license: { type: 'string' },
  },
});

const given = (name: keyof typeof values): string => {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`fpm was not given --${name}`);
  return value;
};

/** Lays the files out as they are installed: each `from=to` copies a file, or what is in a folder. */
function layOut(root: string): void {
  for (const positional of positionals) {
    const [from = '', to = ''] = positional.split('=');
    const target = join(root, to);
    mkdirSync(statSync(from).isDirectory() ? target : dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  }
}

function makeDeb(root: string): void {
  const list = (name: 'd' | 'deb-recommends'): string => (values[name] ?? []).join(', ');
  const control = [
    `Package: ${given('name')}`,
    `Version: ${given('version')}`,
    `Architecture: ${given('architecture')}`,
    `Maintainer: ${given('maintainer')}`,
    `Depends: ${list('d')}`,
    `Recommends: ${list('deb-recommends')}`,
    'Section: default',
    `Priority: ${given('deb-priority')}`,
    `Homepage: ${given('url')}`,
    `Description: ${given('description')}`,
  ];
  mkdirSync(join(root, 'DEBIAN'));
  writeFileSync(join(root, 'DEBIAN/control'), `${control.join('\n')}\n`);
  for (const [file, option] of [
    ['postinst', 'after-install'],
    ['postrm', 'after-remove'],
  ] as const) {
    writeFileSync(join(root, 'DEBIAN', file), readFileSync(given(option)), { mode: 0o755 });
  }
  const args = ['--root-owner-group', '-Zxz', '-z0', '--build', root, given('package')];
  execFileSync('dpkg-deb', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function makeRpm(root: string): void {
  const script = (option: 'after-install' | 'after-remove'): string =>
    readFileSync(given(option), 'utf8').replaceAll('%', '%%');
  // fpm takes Debian's name for this one.
  const architecture = given('architecture').replace('amd64', 'x86_64');
  const top = mkdtempSync(join(tmpdir(), 'belfry-rpm-'));
  const spec = [
    ...['Name: name', 'Version: version', 'License: license', 'URL: url', 'Vendor: vendor']
      .map((field) => field.split(': ') as [string, keyof typeof values])
      .map(([field, option]) => `${field}: ${given(option)}`),
    'Release: 1',
    `Summary: ${given('rpm-summary')}`,
    `Requires: ${(values.d ?? []).join(', ')}`,
    'AutoReqProv: no',
    `%description\n${given('description')}`,
    `%post\n${script('after-install')}`,
    `%postun\n${script('after-remove')}`,
    '%files\n/opt\n/usr',
  ];
  writeFileSync(join(top, 'belfry.spec'), `${spec.join('\n')}\n`);
  const defines = [
    ['_topdir', top],
    ['_rpmdir', join(top, 'made')],
    ['_build_name_fmt', 'belfry.rpm'],
    ['_binary_payload', 'w0.gzdio'],
    ['__os_install_post', '%{nil}'],
    ['_build_id_links', 'none'],
  ].flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const args = ['-bb', '--target', architecture, '--buildroot', root, ...defines];
  execFileSync('rpmbuild', [...args, '--noclean', join(top, 'belfry.spec')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  cpSync(join(top, 'made/belfry.rpm'), given('package'));
  rmSync(top, { recursive: true });
}

const root = mkdtempSync(join(tmpdir(), 'belfry-fpm-'));
chmodSync(root, 0o755);
try {
  layOut(root);
  if (given('t') === 'deb') makeDeb(root);
  else makeRpm(root);
} finally {
  rmSync(root, { recursive: true, force: true });
}
