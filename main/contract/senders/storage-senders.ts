import { file, firstPing, mailForm, msmtp, msmtpAliases, value } from './common-lines.ts';
import {
  CONDITIONS,
  HEARTBEATS,
  MAIL,
  MESSAGES,
  type Sender,
  type SenderLines,
  type SenderTarget,
} from './sender.ts';

const PROXMOX_HEADERS = 'Authorization: Bearer {{ secrets.token }}\nContent-Type: application/json';
const PROXMOX_BODY =
  '{"title":"{{ escape title }}","message":"{{ escape message }}","severity":"{{ severity }}","timestamp":{{ timestamp }},"fields":{{ json fields }}}';

const proxmox = ({ url, token }: SenderTarget): readonly SenderLines[] => [
  value('url', `${url}/ingest/proxmox`),
  value('headers', PROXMOX_HEADERS),
  value('secret', token),
  value('body', PROXMOX_BODY),
];

/** The exit status 3 of restic is a backup in which some files could not be read. */
const restic = ({ url, token }: SenderTarget): SenderLines =>
  file(
    '/usr/local/bin/backup',
    'sh',
    '#!/bin/sh',
    `ping='${url}/ping/${token}/restic'`,
    'log=$(restic backup /srv 2>&1); status=$?',
    'printf \'%s\' "$log" | curl -fsS -m 10 --retry 5 -o /dev/null --data-binary @- "$ping/$status?warning=3&create=1"',
  );

/** Returns the lines of a program that mails `root`, and those that bring its mail here. */
const mailedBy =
  (...own: readonly SenderLines[]) =>
  (target: SenderTarget): readonly SenderLines[] => [...own, msmtp(target), msmtpAliases()];

const MAILED = {
  ...CONDITIONS,
  group: 'storage',
  way: MAIL,
  severity: 'fixed',
  evidence: 'source',
  shownBy: 'test/ingest/mail/fixtures',
} as const;

/** Storage, backups and power. */
export const STORAGE_SENDERS = {
  proxmox_ve: {
    ...CONDITIONS,
    name: 'Proxmox VE',
    group: 'storage',
    way: '/ingest/proxmox',
    severity: 'sender',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/proxmox',
    lines: proxmox,
  },
  proxmox_backup: {
    ...CONDITIONS,
    name: 'Proxmox Backup Server',
    group: 'storage',
    way: '/ingest/proxmox',
    severity: 'sender',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/proxmox',
    lines: proxmox,
  },
  restic: {
    ...HEARTBEATS,
    name: 'restic',
    group: 'storage',
    evidence: 'lines',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [restic(target)],
  },
  borgmatic: {
    ...HEARTBEATS,
    name: 'borgmatic',
    group: 'storage',
    evidence: 'format',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [
      firstPing(target, 'borgmatic'),
      file(
        '/etc/borgmatic/config.yaml',
        'yaml',
        'healthchecks:',
        `  ping_url: ${target.url}/ping/${target.token}/borgmatic`,
      ),
    ],
  },
  truenas: {
    ...MAILED,
    name: 'TrueNAS',
    severity: 'words',
    lines: mailForm,
  },
  synology: {
    ...MESSAGES,
    name: 'Synology DSM',
    group: 'storage',
    way: MAIL,
    severity: 'words',
    evidence: 'source',
    shownBy: 'test/ingest/mail/fixtures',
    lines: mailForm,
  },
  smartd: {
    ...MAILED,
    name: 'smartd',
    resolves: false,
    evidence: 'script',
    shownBy: 'test/peers/mail-senders.test.ts',
    lines: mailedBy(file('/etc/smartd.conf', 'text', 'DEVICESCAN -a -m root')),
  },
  mdadm: {
    ...MAILED,
    name: 'mdadm',
    evidence: 'test_mail',
    shownBy: 'test/peers/mail-senders.test.ts',
    lines: mailedBy(file('/etc/mdadm/mdadm.conf', 'text', 'MAILADDR root')),
  },
  zed: {
    ...MAILED,
    name: 'ZED (ZFS)',
    lines: mailedBy(
      file('/etc/zfs/zed.d/zed.rc', 'sh', 'ZED_EMAIL_ADDR="root"', 'ZED_NOTIFY_VERBOSE=1'),
    ),
  },
  nut: {
    ...MAILED,
    name: 'NUT',
    lines: mailedBy(
      file(
        '/etc/nut/upsmon.conf',
        'text',
        'NOTIFYCMD /usr/local/bin/nut-mail',
        'NOTIFYFLAG ONLINE SYSLOG+EXEC',
        'NOTIFYFLAG ONBATT SYSLOG+EXEC',
        'NOTIFYFLAG LOWBATT SYSLOG+EXEC',
        'NOTIFYFLAG FSD SYSLOG+EXEC',
        'NOTIFYFLAG SHUTDOWN SYSLOG+EXEC',
        'NOTIFYFLAG COMMOK SYSLOG+EXEC',
        'NOTIFYFLAG COMMBAD SYSLOG+EXEC',
        'NOTIFYFLAG NOCOMM SYSLOG+EXEC',
        'NOTIFYFLAG REPLBATT SYSLOG+EXEC',
      ),
      file(
        '/usr/local/bin/nut-mail',
        'sh',
        '#!/bin/sh',
        'printf \'Subject: NUT\\n\\n%s\\n\' "$1" | sendmail root',
      ),
    ),
  },
  apcupsd: {
    ...MAILED,
    name: 'apcupsd',
    lines: mailedBy(),
  },
  unattended_upgrades: {
    ...MAILED,
    name: 'unattended-upgrades',
    lines: mailedBy(
      file(
        '/etc/apt/apt.conf.d/52unattended-upgrades-local',
        'text',
        'Unattended-Upgrade::Mail "root";',
        'Unattended-Upgrade::MailReport "always";',
      ),
    ),
  },
} as const satisfies Record<string, Sender>;
