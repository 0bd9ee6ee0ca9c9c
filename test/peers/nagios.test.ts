/** @module-tag slow */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertsPage } from '../../main/contract/alert.ts';
import { senderOf, type SenderId } from '../../main/contract/senders/senders.ts';
import { until } from '../support/until.ts';
import { BelfryPeer } from './belfry-peer.ts';
import { Program } from './program.ts';

/** Nagios and Icinga 2 of Debian, which run the lines of the guide as their notification commands. */

let belfry: BelfryPeer;
const started: Program[] = [];
beforeEach(async () => {
  belfry = await BelfryPeer.start();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.stop()));
  await belfry[Symbol.asyncDispose]();
});

const inDir = (name: string): string => join(belfry.dir, name);

/** Writes a file of the test, and answers its path. */
function written(name: string, ...lines: readonly string[]): string {
  writeFileSync(inDir(name), `${lines.join('\n')}\n`);
  return inDir(name);
}

/** A sender's files: their text by their names, with the file of the token in the test's folder. */
function filesOf(id: SenderId): Record<string, string> {
  const target = {
    url: belfry.server.url,
    token: belfry.token,
    mailHost: 'localhost',
    mailPort: 1,
  };
  const token = written('belfry-token', belfry.token);
  return Object.fromEntries(
    senderOf(id)
      .lines(target)
      .flatMap((lines) => ('file' in lines ? [[lines.file, lines.text] as const] : []))
      .map(([name, text]) => [name, text.replaceAll(/\/etc\/\w+\/belfry-token/g, token)]),
  );
}

/** A path on which `belfry` is the built program. */
function path(): string {
  mkdirSync(inDir('bin'), { recursive: true });
  const command = `exec ${process.execPath} ${resolve('out/main/cli.js')} "$@"`;
  chmodSync(written('bin/belfry', '#!/bin/sh', command), 0o755);
  return `${inDir('bin')}:${process.env['PATH'] ?? ''}`;
}

function start(command: string, ...args: readonly string[]): Program {
  const program = new Program(command, args, { PATH: path(), BELFRY_TOKEN: '' });
  started.push(program);
  return program;
}

/** Text that would run a command wherever a shell reads it. */
const hostile = (): string =>
  `disk /srv at 98%; \`touch ${inDir('a')}\` $(touch ${inDir('b')}) "; touch ${inDir('c')}; " '; touch ${inDir('d')}; ' $USER1$ $$HOME é`;

const alerts = async () =>
  alertsPage
    .parse(await belfry.call('GET', '/api/v1/alerts?limit=50'))
    .items.map(({ kind, host, dedupKey, state, severity, source, message }) => {
      return { kind, host, dedupKey, state, severity, source, message };
    })
    .toSorted((a, b) => a.kind.localeCompare(b.kind));

/** Sends a line to the pipe for commands from outside that both programs have. */
async function tell(program: Program, ...words: readonly string[]): Promise<void> {
  const pipe = inDir('command');
  await until(() => existsSync(pipe), 'the pipe').catch(() => {
    throw new Error(program.output);
  });
  const at = Math.floor(Date.now() / 1_000);
  await belfry.run(
    'sh',
    '-c',
    'printf "%s\\n" "$1" > "$2"',
    'sh',
    `[${at}] ${words.join(';')}`,
    pipe,
  );
}

/** Lets a program check its configuration; both print what is wrong to standard output. */
const checked = (...command: readonly [string, ...string[]]): Promise<string> =>
  belfry.run(...command).catch((error: unknown) => {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  });

/** Waits for an alert in this state. */
const becomes = (program: Program, kind: string, state: string) =>
  expect
    .poll(
      async () => (await alerts()).find((alert) => alert.kind === kind)?.state ?? program.output,
      { timeout: 20_000 },
    )
    .toBe(state);

/** Reports a problem of a service that ends in a downtime, of which both programs send no recovery. */
async function endsInDowntime(program: Program, service: readonly string[]): Promise<void> {
  const open = async () => (await alerts()).filter(({ state }) => state === 'open');
  await tell(program, ...service, '1', 'again');
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(1);
  const at = Math.floor(Date.now() / 1_000);
  const span = [String(at - 1), String(at + 600), '1', '0', '600'];
  await tell(program, 'SCHEDULE_SVC_DOWNTIME', 'nas', 'disk /srv', ...span, 'me', 'upgrade');
  await tell(program, ...service, '0', 'all is well');
  // A check of the host that is answered shows that the recovery before it was not sent.
  await tell(program, 'PROCESS_HOST_CHECK_RESULT', 'box', '1', 'no answer');
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(2);
  await tell(program, 'PROCESS_HOST_CHECK_RESULT', 'box', '0', 'it answers');
  await expect.poll(open, { timeout: 20_000 }).toMatchObject([{ kind: 'service_problem' }]);
  await tell(program, 'DEL_SVC_DOWNTIME', '1');
  await expect.poll(open, { timeout: 20_000 }).toEqual([]);
}

/** Reports a problem of a service and of its host, an acknowledgement, and the ends of both. */
async function problemsAndTheirEnds(program: Program): Promise<void> {
  const service = ['PROCESS_SERVICE_CHECK_RESULT', 'nas', 'disk /srv'];
  await tell(program, ...service, '2', `${hostile()}|used=98`);
  await becomes(program, 'service_problem', 'open');
  await tell(program, 'ACKNOWLEDGE_SVC_PROBLEM', 'nas', 'disk /srv', '1', '1', '0', 'me', 'seen');
  await tell(program, 'PROCESS_HOST_CHECK_RESULT', 'box', '1', 'no answer');
  await becomes(program, 'host_down', 'open');
  expect(await alerts()).toMatchObject([
    { host: 'box', dedupKey: '', severity: 'critical', source: 'nagios', message: 'no answer' },
    {
      host: 'nas',
      dedupKey: 'disk /srv',
      severity: 'critical',
      state: 'open',
      // Nagios writes a colon for each semicolon.
      message: expect.stringMatching(
        /^disk \/srv at 98%[:;] `touch \S+ \$\(touch [^]* é$/,
      ) as string,
    },
  ]);
  await tell(program, ...service, '0', 'all is well');
  await becomes(program, 'service_problem', 'resolved');
  await tell(program, 'PROCESS_HOST_CHECK_RESULT', 'box', '0', 'it answers');
  await becomes(program, 'host_down', 'resolved');
  expect(await alerts()).toHaveLength(2);
  await endsInDowntime(program, service);
  for (const name of 'abcd') expect(existsSync(inDir(name))).toBe(false);
}

test('Nagios raises and resolves alerts, and runs nothing that a check said', async () => {
  const files = filesOf('nagios');
  const objects = written(
    'objects.cfg',
    'define timeperiod {\n timeperiod_name 24x7\n alias always',
    ...['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].map(
      (day) => ` ${day} 00:00-24:00`,
    ),
    '}',
    'define contactgroup {\n contactgroup_name admins\n alias admins\n}',
    'define command {\n command_name none\n command_line /bin/true\n}',
    ...['nas', 'box'].map(
      (name) =>
        `define host {\n host_name ${name}\n address 127.0.0.1\n max_check_attempts 1\n active_checks_enabled 0\n check_period 24x7\n notification_period 24x7\n notification_interval 0\n contact_groups admins\n}`,
    ),
    'define service {\n host_name nas\n service_description disk /srv\n check_command none\n max_check_attempts 1\n active_checks_enabled 0\n check_period 24x7\n notification_period 24x7\n notification_interval 0\n contact_groups admins\n}',
  );
  mkdirSync(inDir('results'));
  const { username } = userInfo();
  const configuration = written(
    'nagios.cfg',
    ...['log_file', 'object_cache_file', 'precached_object_file', 'status_file', 'temp_file'].map(
      (name) => `${name}=${inDir(name)}`,
    ),
    ...['lock_file', 'state_retention_file', 'query_socket'].map(
      (name) => `${name}=${inDir(name)}`,
    ),
    `temp_path=${belfry.dir}`,
    `check_result_path=${inDir('results')}`,
    `command_file=${inDir('command')}`,
    `nagios_user=${username}`,
    `nagios_group=${username}`,
    'check_external_commands=1',
    'enable_notifications=1',
    // Nothing that a shell would act on is taken out.
    'illegal_macro_output_chars=~',
    `cfg_file=${objects}`,
    (files['/etc/nagios4/nagios.cfg'] ?? '').replace(
      '/etc/nagios4/objects/belfry.cfg',
      written('belfry.cfg', files['/etc/nagios4/objects/belfry.cfg'] ?? ''),
    ),
  );
  expect(await checked('/usr/sbin/nagios4', '-v', configuration)).toContain('Total Errors:   0');
  await problemsAndTheirEnds(start('/usr/sbin/nagios4', configuration));
});

test('Icinga 2 raises and resolves alerts, and runs nothing that a check said', async () => {
  const files = filesOf('icinga');
  const configuration = written(
    'icinga2.conf',
    'include <itl>',
    'object NotificationComponent "notification" {}',
    'object CheckerComponent "checker" {}',
    `object ExternalCommandListener "command" { command_path = "${inDir('command')}" }`,
    ...['nas', 'box'].map(
      (name) =>
        `object Host "${name}" { check_command = "passive", enable_active_checks = false, max_check_attempts = 1 }`,
    ),
    'object Service "disk /srv" { host_name = "nas", check_command = "passive", enable_active_checks = false, max_check_attempts = 1 }',
    files['/etc/icinga2/conf.d/belfry.conf'] ?? '',
  );
  const { username } = userInfo();
  const settings = ['DataDir', 'LogDir', 'CacheDir', 'SpoolDir', 'InitRunDir'].map((name) => {
    mkdirSync(inDir(name));
    return `${name}=${inDir(name)}`;
  });
  const args = [...settings, `RunAsUser=${username}`, `RunAsGroup=${username}`].flatMap(
    (setting) => ['-D', setting],
  );
  const daemon = ['daemon', '-c', configuration, ...args];
  expect(await checked('icinga2', ...daemon, '-C')).toContain('Finished validating');
  await problemsAndTheirEnds(start('icinga2', ...daemon));
});
