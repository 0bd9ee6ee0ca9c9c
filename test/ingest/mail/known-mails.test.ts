import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMailSource } from '../../../main/ingest/mail/mail.ts';
import { readMail, type MailReading } from '../../../main/ingest/mail/mail-reading.ts';
import { MAIL_RULES } from '../../../main/ingest/mail/mail-rules.ts';
import { ENGLISH } from '../../../main/messages/messages.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

async function read(name: string): Promise<MailReading> {
  const bytes = readFileSync(join(FIXTURES, `${name}.eml`));
  const mail = await readMailSource({ bytes, isCut: false, sender: 'root@nas.lan' });
  return readMail(mail, [], { source: 'mail', messages: ENGLISH });
}

/** Status, host, kind, dedup key and severity of each condition; or `message`, host and severity. */
type Expected = readonly (readonly [string, ...string[]])[];

const SDA = '/dev/sda [SAT]';
const POOL = 'Pool tank state is DEGRADED: One or more devices are faulted.';
const KNOWN: Readonly<Record<string, Expected>> = {
  'smartd-pending': [['firing', 'nas', 'disk_failing', `${SDA} CurrentPendingSector`, 'critical']],
  'smartd-temperature': [['firing', 'nas', 'disk_temperature', SDA, 'warning']],
  'smartd-test': [['message', 'nas', 'info']],
  'mdadm-degraded': [['firing', 'nas', 'raid_degraded', '/dev/md0', 'critical']],
  'mdadm-fail': [['firing', 'nas', 'raid_degraded', '/dev/md0', 'critical']],
  'mdadm-finished': [['resolved', 'nas', 'raid_degraded', '/dev/md0', 'info']],
  'mdadm-still-degraded': [['firing', 'nas', 'raid_degraded', '/dev/md0', 'critical']],
  'mdadm-spares': [['firing', 'nas', 'raid_spare', '/dev/md0', 'warning']],
  'mdadm-test': [['message', 'nas', 'info']],
  'zed-fault': [
    ['firing', 'nas', 'pool_device_fault', '0x268AD36B11F9E2AF 0x62259E52F503B645', 'critical'],
  ],
  'zed-scrub-bad': [['firing', 'nas', 'pool_unhealthy', 'tank', 'critical']],
  'zed-scrub-good': [['resolved', 'nas', 'pool_unhealthy', 'tank', 'info']],
  'apcupsd-onbattery': [['firing', 'nas', 'ups_on_battery', 'cellar', 'critical']],
  'apcupsd-offbattery': [['resolved', 'nas', 'ups_on_battery', 'cellar', 'info']],
  'apcupsd-commfailure': [['firing', 'nas', 'ups_unreachable', 'cellar', 'warning']],
  'apcupsd-commok': [['resolved', 'nas', 'ups_unreachable', 'cellar', 'info']],
  'apcupsd-changeme': [['firing', 'nas', 'ups_battery', 'cellar', 'warning']],
  'nut-onbatt': [['firing', 'nas.lan', 'ups_on_battery', 'cellar@localhost', 'critical']],
  'nut-online': [['resolved', 'nas.lan', 'ups_on_battery', 'cellar@localhost', 'info']],
  'nut-commbad': [['firing', 'nas.lan', 'ups_unreachable', 'cellar@localhost', 'warning']],
  'nut-commok': [['resolved', 'nas.lan', 'ups_unreachable', 'cellar@localhost', 'info']],
  'nut-replbatt': [['firing', 'nas.lan', 'ups_battery', 'cellar@localhost', 'warning']],
  'nut-nocomm': [['firing', 'nas.lan', 'ups_unreachable', 'cellar@localhost', 'warning']],
  'nut-lowbatt': [['message', 'nas.lan', 'critical']],
  'nut-fsd': [['message', 'nas.lan', 'critical']],
  'nut-shutdown': [['message', 'nas.lan', 'critical']],
  cron: [['message', 'nas', 'info']],
  'systemd-cron': [['message', 'nas', 'critical']],
  'proxmox-backup-failed': [
    ['firing', 'pve1.lan', 'backup_failed', '100', 'critical'],
    ['resolved', 'pve1.lan', 'backup_failed', '101', 'critical'],
  ],
  'proxmox-backup-ok': [
    ['resolved', 'pve1.lan', 'backup_failed', '100', 'info'],
    ['resolved', 'pve1.lan', 'backup_failed', '', 'info'],
  ],
  'proxmox-job-failed': [['firing', 'pve1.lan', 'backup_failed', '', 'critical']],
  'pbs-verify-failed': [['firing', 'pbs.lan', 'verify_failed', 'v-1', 'critical']],
  'pbs-verify-ok': [['resolved', 'pbs.lan', 'verify_failed', 'v-1', 'info']],
  'pbs-gc-failed': [['firing', 'pbs.lan', 'gc_failed', 'store', 'critical']],
  'truenas-new': [
    ['firing', 'truenas', 'truenas', POOL, 'critical'],
    ['firing', 'truenas', 'truenas', 'Quota exceeded on dataset tank/media.', 'warning'],
  ],
  'truenas-cleared': [['resolved', 'truenas', 'truenas', POOL, 'critical']],
  'truenas-test': [['message', 'truenas', 'info']],
  'upgrades-failure': [['firing', 'nas', 'upgrade_failed', '', 'critical']],
  'upgrades-success': [['resolved', 'nas', 'upgrade_failed', '', 'info']],
  synology: [['message', 'DiskStation', 'critical']],
};

const shown = ({ events, messages }: MailReading): Expected => [
  ...events.map(
    ({ status, host, kind, dedupKey, severity }) =>
      [status, host, kind, dedupKey, severity] as const,
  ),
  ...messages.map(({ topic, severity }) => ['message', topic, severity] as const),
];

test('every recorded mail is expected to be something', () => {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith('.eml'));
  expect(files.map((file) => file.slice(0, -4)).toSorted()).toEqual(Object.keys(KNOWN).toSorted());
});

test.each(Object.entries(KNOWN))('%s', async (name, expected) => {
  expect(shown(await read(name))).toEqual(expected);
});

test('what resolves has the identity of what fires', () => {
  const identity = ({ kind, dedupKey, host }: (typeof MAIL_RULES)[number]) =>
    JSON.stringify([kind, dedupKey, host]);
  const firing = new Set(MAIL_RULES.filter(({ status }) => status === 'firing').map(identity));
  for (const rule of MAIL_RULES.filter(({ status }) => status === 'resolved')) {
    expect(firing.has(identity(rule)), rule.name).toBe(true);
  }
  expect(new Set(MAIL_RULES.map(({ name }) => name)).size).toBe(MAIL_RULES.length);
});

const truenas = (text: string, isCut = false): MailReading =>
  readMail(
    {
      ...{ subject: 'Alerts', from: 'truenas@lab.lan', files: [], headers: new Map(), key: null },
      ...{ text: `TrueNAS @ truenas\n\n${text}`, isCut },
    },
    [],
    { source: 'mail', messages: ENGLISH },
  );

test.each<[string, string]>([
  ['many alerts', ' * Disk failed.\n'.repeat(150)],
  ['an alert after a very long one', ` * ${'x'.repeat(20_000)}\n * Disk failed.\n`],
])('a list of %s is read to its end', (_, items) => {
  const { events, messages } = truenas(`New alerts:\n${items}`);
  expect(messages).toEqual([]);
  expect(events).toHaveLength(items.split('\n').length - 1);
  expect(events.at(-1)).toMatchObject({ status: 'firing', message: 'Disk failed.' });
});

test('alerts below a long list of known ones are alerts', () => {
  const text = `Current alerts:\n${' * An update is available for one of your apps.\n'.repeat(400)}New alerts:\n * Pool broke`;
  expect(truenas(text).events).toMatchObject([{ status: 'firing', message: 'Pool broke' }]);
});

test('what is left of a list that is too long is a message, as severe as its text', () => {
  const { events, messages } = truenas(`New alerts:\n${' * Disk failed.\n'.repeat(1_001)}`);
  expect(events.length).toBeLessThan(1_001);
  expect(messages).toMatchObject([{ topic: 'truenas', severity: 'critical' }]);
  expect(truenas('New alerts:\n * Pool is full', true).messages).toHaveLength(1);
});

test('long alerts that begin alike stay two', () => {
  const long = 'Quota exceeded on '.repeat(40);
  const [one, two] = truenas(`New alerts:\n * ${long}a\n * ${long}b`).events;
  expect(one?.dedupKey).toHaveLength(512);
  expect(one?.dedupKey).not.toBe(two?.dedupKey);
});
