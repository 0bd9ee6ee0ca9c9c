/** @module-tag slow */
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BelfryPeer } from './belfry-peer.ts';
import { linesFor, MACHINE, MAIL_GUIDE, MailingMachine, script } from './mailing-machine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOST = hostname().split('.', 1)[0] ?? '';

let machine: MailingMachine;
let belfry: BelfryPeer;
let sendmail: string;
beforeEach(async () => {
  machine = await MailingMachine.start();
  ({ belfry, sendmail } = machine);
});
afterEach(() => machine[Symbol.asyncDispose]());

const alerts = () => machine.alerts();

test('msmtp over STARTTLS, as the guide sets it up', async () => {
  const mail = 'From: root@nas.lan\nTo: root\nSubject: df on host nas\n\n/dev/sda1 99%%\n';
  await belfry.run('sh', '-c', `printf '${mail}' | ${sendmail} -t`);
  expect(await alerts()).toMatchObject([
    { source: 'mail', host: 'nas', kind: 'message', message: '/dev/sda1 99%' },
  ]);
});

test("smartd's warning script raises one alert, however often it is run, and its test is a message", async () => {
  const mailer = join(belfry.dir, 'mailer');
  script(
    mailer,
    `{ printf 'From: root@nas.lan\\nSubject: %s\\n\\n' "$2"; cat; } | ${sendmail} "$3"`,
  );
  const warn = (type: string, message: string) =>
    belfry.run(
      'env',
      `SMARTD_MAILER=${mailer}`,
      'SMARTD_ADDRESS=root@nas.lan',
      `SMARTD_FAILTYPE=${type}`,
      `SMARTD_MESSAGE=Device: /dev/sda [SAT], ${message}`,
      'SMARTD_DEVICE=/dev/sda',
      'SMARTD_DEVICETYPE=sat',
      'SMARTD_DEVICESTRING=/dev/sda [SAT]',
      'SMARTD_PREVCNT=0',
      'SMARTD_NEXTDAYS=1',
      'SMARTD_TFIRST=Tue Dec  1 03:10:00 2026 UTC',
      '/usr/share/smartmontools/smartd_warning.sh',
    );
  await warn('EmailTest', 'TEST EMAIL from smartd for device: /dev/sda [SAT]');
  await warn('CurrentPendingSector', '8 Currently unreadable (pending) sectors');
  await warn('CurrentPendingSector', '9 Currently unreadable (pending) sectors');
  expect(await alerts()).toMatchObject([
    { host: HOST, kind: 'message', severity: 'info' },
    {
      host: HOST,
      kind: 'disk_failing',
      dedupKey: '/dev/sda [SAT] CurrentPendingSector',
      severity: 'critical',
      state: 'open',
      occurrences: 2,
    },
  ]);
});

test("mdadm's monitor mails its test, which is a message of the machine that the subject names", async () => {
  const config = join(belfry.dir, 'mdadm.conf');
  writeFileSync(config, linesFor('mdadm', MAIL_GUIDE));
  // It mails before it opens the array, so that there need be none.
  const monitor = ['--monitor', '--test', '--oneshot', '--config', config, '/dev/md0'];
  await belfry.run(...machine.inside('mdadm', ...monitor));
  expect(await alerts()).toMatchObject([
    {
      host: MACHINE,
      kind: 'message',
      severity: 'info',
      message: expect.stringContaining('/dev/md0') as string,
      labels: { title: `TestMessage event on /dev/md0:${MACHINE}`, rule: 'mdadm: test' },
    },
  ]);
});

test("Netdata's script raises, escalates and resolves one alert", async () => {
  const config = [
    'SEND_EMAIL="YES"',
    'DEFAULT_RECIPIENT_EMAIL="root@nas.lan"',
    'EMAIL_SENDER="netdata@nas.lan"',
    `sendmail="${sendmail}"`,
    'SEND_SYSLOG="NO"',
  ];
  writeFileSync(join(belfry.dir, 'health_alarm_notify.conf'), config.join('\n'));
  const changes = [
    ['WARNING', 'CLEAR', '80', '92'],
    ['CRITICAL', 'WARNING', '92', '98'],
    ['CLEAR', 'CRITICAL', '98', '60'],
  ] as const;
  const states: unknown[] = [];
  for (const [status, before, oldValue, value] of changes) {
    const alarm = ['disk_space_usage', 'disk_space._srv', '/srv', status, before, value, oldValue];
    const source = '12@/usr/lib/netdata/conf.d/health.d/disks.conf';
    await belfry.run(
      'env',
      `NETDATA_USER_CONFIG_DIR=${belfry.dir}`,
      `NETDATA_CACHE_DIR=${belfry.dir}`,
      '/usr/lib/netdata/plugins.d/alarm-notify.sh',
      ...['sysadmin', 'nas', '1', '1', '1', '1764640800', ...alarm],
      ...[source, '60', '600', '%', 'disk /srv space utilization'],
      ...[`${value}%`, `${oldValue}%`, 'expression', 'parameters', '1', '0'],
    );
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    states.push([alert?.host, alert?.kind, alert?.state, alert?.severity]);
  }
  expect(states).toEqual([
    ['nas', 'disk_space_usage', 'open', 'warning'],
    ['nas', 'disk_space_usage', 'open', 'critical'],
    ['nas', 'disk_space_usage', 'resolved', 'critical'],
  ]);
});

/** Returns a block of the guide by its mark. */
const lines = (mark: string): string =>
  new RegExp(`\`\`\`\\w+ test=lines-${mark}\\n([^]*?)\`\`\``).exec(MAIL_GUIDE)?.[1] ?? '';

test("NUT's script mails what upsmon says, as the guide sets it up", async () => {
  const notify = join(belfry.dir, 'nut-mail');
  script(notify, lines('nut-2'));
  const say = (text: string) =>
    belfry.run('env', `PATH=${dirname(sendmail)}:${process.env['PATH'] ?? ''}`, notify, text);
  await say('UPS cellar@localhost on battery');
  expect(await alerts()).toMatchObject([{ kind: 'ups_on_battery', state: 'open' }]);
  await say('UPS cellar@localhost on line power');
  expect(await alerts()).toMatchObject([{ kind: 'ups_on_battery', state: 'resolved' }]);
});

test("ZED's settings are read by the shell, as its zedlets do", async () => {
  const said = await belfry.run(
    'sh',
    '-euc',
    `${lines('zed')}echo "$ZED_EMAIL_ADDR $ZED_NOTIFY_VERBOSE"`,
  );
  expect(said).toBe('root 1');
});

test('swaks signs in over STARTTLS; without a token it is refused', async () => {
  const send = (...more: string[]) =>
    belfry.run(
      ...(['swaks', '--server', `127.0.0.1:${machine.port}`, '--to', 'root@nas.lan'] as const),
      ...['--from', 'root@nas.lan', '--header', 'Subject: Fan down', ...more],
    );
  await expect(send()).rejects.toThrow();
  expect(await send('-tls', '--auth', 'PLAIN', '-au', 'any', '-ap', belfry.token)).toContain('250');
  expect(await alerts()).toMatchObject([{ host: 'nas.lan', severity: 'warning' }]);
});
