/** @module-tag slow */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Output } from '../../main/contract/methods.ts';
import { tempDir } from '../support/temp-dir.ts';
import { Lab, run } from './lab.ts';
import { isPosix } from '../support/posix.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let lab: Lab;
let temp: ReturnType<typeof tempDir>;
beforeAll(async () => {
  temp = tempDir();
  lab = await Lab.start();
  await lab.channel('pager');
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

const fileOf = (name: string, text: string): string => {
  const path = join(temp.path, name);
  writeFileSync(path, text);
  return path;
};

describe('export', () => {
  test('prints the file, which import then finds unchanged', async () => {
    const { code, stdout, stderr } = await lab.cli('export');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^# The configuration of Belfry/);
    expect(stdout).toContain('  - name: pager\n');
    expect(stdout).not.toContain(lab.receiver.url);
    const imported = await run(['import', '-', '--mode', 'replace'], {
      env: lab.env,
      stdin: stdout,
    });
    expect(imported).toMatchObject({ code: 0, stdout: 'Unchanged: 2\n', stderr: '' });
  });

  test.runIf(isPosix)(
    'writes it for its owner alone, also over a file that others could read',
    async () => {
      const path = fileOf('open.yaml', 'old');
      chmodSync(path, 0o644);
      expect(await lab.cli('export', '-o', path)).toMatchObject({
        code: 0,
        stdout: '',
        stderr: '',
      });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toMatch(/^# The configuration of Belfry/);
    },
  );

  test('seals secrets under the passphrase of a file, and import opens them with it', async () => {
    const passphraseFile = fileOf('passphrase', 'correct horse battery staple\nanother line\n');
    const path = join(temp.path, 'sealed.yaml');
    const options = ['--passphrase-file', passphraseFile];
    const exported = await lab.cli('export', '--with-secrets', '-o', path, ...options);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/^ {4}secrets: \S{40}/m);
    const opened = await lab.json<Output<'config.preview'>>('import', path, ...options);
    expect(opened).toMatchObject({ secrets: 'opened' });
    const closed = await lab.cli('import', path);
    expect(closed.stdout).toContain('The secrets in the file stay encrypted');
    const wrong = fileOf('wrong', 'another passphrase');
    const refused = await lab.cli('import', path, '--passphrase-file', wrong);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe('belfry: passphrase: does not decrypt the secrets of this file\n');
  });

  test.for([
    [['--with-secrets'], /^belfry: Without a terminal, .* Use --passphrase-file/],
    [['--passphrase-file', '/dev/null'], /add --with-secrets/],
    [['--with-secrets', '--passphrase-file', '/dev/null'], /has no passphrase/],
    [['-o', '/nonexistent/x.yaml'], /cannot be written/],
  ] as const)('%j is misuse', async ([options, words]) => {
    const { code, stdout, stderr } = await lab.cli('export', ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });

  test('wants a passphrase of some length', async () => {
    const short = fileOf('short', 'tiny');
    const { code, stderr } = await lab.cli('export', '--with-secrets', '--passphrase-file', short);
    expect(code).toBe(2);
    expect(stderr).toContain('passphrase: must have 12 characters or more');
  });
});

describe('import', () => {
  const YAML = `version: 1
channels:
  - { name: spare, kind: webhook, withheld: [url] }
routes:
  - { name: all, channels: [spare] }
`;
  const routes = async () =>
    ((await lab.server.call('GET', '/api/v1/routes')).body as Output<'routes.list'>).items;

  test('shows what it changes, and changes nothing unless it is agreed to', async () => {
    const path = fileOf('new.yaml', YAML);
    const dry = await lab.cli('import', path, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toBe(
      [
        '+ channels: spare  created',
        '    The imported file does not contain “URL”. Enter what is missing. Until then, its notifications are queued.',
        '+ routes: all  created\n',
      ].join('\n'),
    );
    const unasked = await lab.cli('import', path);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain('Repeat the command with --yes');
    expect(await routes()).toEqual([]);
    const done = await lab.cli('import', path, '--yes');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/\nApplied\.\n$/);
    expect(await routes()).toHaveLength(1);
    const path2 = fileOf(
      'changed.yaml',
      YAML.replace('name: all,', 'name: all, holdForMs: 60000,'),
    );
    const changed = await lab.cli('import', path2, '--dry-run');
    expect(changed.stdout).toContain('~ routes: all  changed\n    holdForMs: 0 → 60000\n');
  });

  test('with --json answers what was done', async () => {
    const yaml = 'version: 1\nroutes: []\n';
    const path = fileOf('replace.yaml', yaml);
    await lab.cli('import', fileOf('route.yaml', 'version: 1\nroutes: [{ name: x }]\n'), '--yes');
    const done = await lab.json<Output<'config.apply'>>(
      'import',
      path,
      '--mode',
      'replace',
      '--yes',
    );
    expect(done.entries).toContainEqual({
      ...{
        section: 'routes',
        name: 'x',
        change: 'removed',
        fields: [],
        notes: [],
        noteReasons: [],
      },
    });
    expect(await routes()).toEqual([]);
  });

  test('names everything that is wrong with a file', async () => {
    const path = fileOf(
      'wrong.yaml',
      'version: 1\nroutes:\n  - name: a\n    chanels: []\n  - name: b\n    channels: [nobody]\n',
    );
    const { code, stdout, stderr } = await lab.cli('import', path, '--yes');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('belfry: line 4, routes.0: has no field called "chanels"\n');
    const two = fileOf('two.yaml', 'version: 2\nroutes: [{ name: "" }]\n');
    expect((await lab.cli('import', two)).stderr).toBe(
      [
        'line 1, version: must be 1',
        'line 2, routes.0.name: must not be empty',
        'belfry: The file has 2 problems; nothing was changed.\n',
      ].join('\n'),
    );
  });

  test.for(['/nonexistent.yaml', '/'])('%s cannot be read', async (path) => {
    const { code, stderr } = await lab.cli('import', path);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be read');
  });
});
