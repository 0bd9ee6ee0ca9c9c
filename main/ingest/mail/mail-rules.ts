import type { Severity } from '../../contract/primitives.ts';

/**
 * One form of mail, of a known program or of a person's own rule, and the alert that it is. Patterns are RE2, which takes linear time
 * whatever is in a mail. Their named groups fill `{name}` in `host`, `kind` and `dedupKey`.
 */
export interface MailRule {
  /** The program, and what it says; or as the person calls it. */
  readonly name: string;
  /** Of the sender's address. */
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  /** By names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Found in the text of a mail that the rule does not match, if its groups found what the other patterns found. */
  readonly unless?: string;
  readonly list?: MailList;
  /** A message for what has no end: a second one of a lasting condition would notify nobody. */
  readonly status: MailStatus;
  /** Found in the subject of a mail that ends what the others fire; in the text, if the rule has no subject. */
  readonly resolvedWhen?: string;
  /** Left out, the sender is the host. */
  readonly host?: string;
  readonly kind?: string;
  readonly dedupKey?: string;
  /** Left out, the words of the subject decide. */
  readonly severity?: Severity;
}

export type MailStatus = 'firing' | 'resolved' | 'message';

/** A mail that lists conditions: each line that an item matches is one. */
interface MailList {
  /** A status that is left out is that of the heading above the line. The group `item` is what the alert says. */
  readonly items: readonly { readonly pattern: string; readonly status?: MailStatus }[];
  readonly headings?: readonly { readonly pattern: string; readonly status: MailStatus | null }[];
  /** The mail is a condition besides those that it lists. */
  readonly withWhole?: true;
}

const HOST = '(?P<host>[^\\s<>()\\[\\]]+)';

/** The array is named as in /proc/mdstat, which the mail has. */
const REBUILT = `^(?:RebuildFinished|SpareActive) event on (?P<device>(?:/dev/)?(?P<array>\\S+)):${HOST}$`;

/** The guests in the table of vzdump's mails, each with its own outcome. */
const GUESTS: MailList['items'] = [
  { pattern: '(?i)^\\s*(?P<guest>\\d{1,9})\\s+\\S+\\s+ok\\s', status: 'resolved' },
  {
    pattern: '(?i)^\\s*(?P<guest>\\d{1,9})\\s+\\S+\\s+(?:err|error|failed)\\s',
    status: 'firing',
  },
];

/** A backup job of Proxmox Backup Server, in the words of its templates. */
const backupServerJob = (name: string, subject: string, kind: string): MailRule[] => [
  {
    name: `Proxmox Backup Server: ${name} failed`,
    subject: `^${subject} failed`,
    status: 'firing',
    kind,
    dedupKey: '{job}',
    severity: 'critical',
  },
  {
    name: `Proxmox Backup Server: ${name} successful`,
    subject: `^${subject} successful`,
    status: 'resolved',
    kind,
    dedupKey: '{job}',
    severity: 'info',
  },
];

/** The first rule that matches a mail reads it. The origin of each is in test/ingest/mail/fixtures/ORIGIN.md. */
export const MAIL_RULES: readonly MailRule[] = [
  {
    name: 'smartd: test',
    subject: `^SMART error \\(EmailTest\\) detected on host: ${HOST}$`,
    status: 'message',
    host: '{host}',
    severity: 'info',
  },
  {
    name: 'smartd: temperature',
    subject: `^SMART error \\(Temperature\\) detected on host: ${HOST}$`,
    text: '(?m)^Device: (?P<device>[^,\\n]+),',
    status: 'firing',
    host: '{host}',
    kind: 'disk_temperature',
    dedupKey: '{device}',
    severity: 'warning',
  },
  {
    name: 'smartd: failure',
    subject: `^SMART error \\((?P<type>\\w+)\\) detected on host: ${HOST}$`,
    text: '(?m)^Device: (?P<device>[^,\\n]+),',
    status: 'firing',
    host: '{host}',
    kind: 'disk_failing',
    dedupKey: '{device} {type}',
    severity: 'critical',
  },
  {
    name: 'mdadm: array degraded',
    subject: `^(?:Fail|DegradedArray) event on (?P<device>\\S+):${HOST}$`,
    status: 'firing',
    host: '{host}',
    kind: 'raid_degraded',
    dedupKey: '{device}',
    severity: 'critical',
  },
  {
    name: 'mdadm: array whole again',
    subject: REBUILT,
    unless: '(?m)^(?P<array>\\S+) : [^\\n]*\\n[^\\n]*\\[[U_]*_[U_]*\\]',
    status: 'resolved',
    host: '{host}',
    kind: 'raid_degraded',
    dedupKey: '{device}',
    severity: 'info',
  },
  {
    name: 'mdadm: array still degraded',
    subject: REBUILT,
    status: 'firing',
    host: '{host}',
    kind: 'raid_degraded',
    dedupKey: '{device}',
    severity: 'critical',
  },
  {
    name: 'mdadm: spare failed or missing',
    subject: `^(?:FailSpare|SparesMissing) event on (?P<device>\\S+):${HOST}$`,
    status: 'firing',
    host: '{host}',
    kind: 'raid_spare',
    dedupKey: '{device}',
    severity: 'warning',
  },
  {
    name: 'mdadm: test',
    subject: `^TestMessage event on \\S+:${HOST}$`,
    status: 'message',
    host: '{host}',
    severity: 'info',
  },
  {
    name: 'ZED: device fault',
    subject: `ZFS device fault for pool (?P<pool>\\S+) on ${HOST}$`,
    text: '(?m)^ *vguid: (?P<device>\\S+)$',
    status: 'firing',
    host: '{host}',
    kind: 'pool_device_fault',
    dedupKey: '{pool} {device}',
    severity: 'critical',
  },
  {
    name: 'ZED: data error',
    subject: `ZFS (?:data|io|checksum) error for (?P<pool>\\S+) on ${HOST}$`,
    status: 'firing',
    host: '{host}',
    kind: 'pool_unhealthy',
    dedupKey: '{pool}',
    severity: 'critical',
  },
  {
    name: 'ZED: scrub or resilver of a healthy pool',
    subject: `ZFS (?:scrub|resilver)[._]finish event for (?P<pool>\\S+) on ${HOST}$`,
    text: '(?s)state: ONLINE\\b.*errors: No known data errors',
    status: 'resolved',
    host: '{host}',
    kind: 'pool_unhealthy',
    dedupKey: '{pool}',
    severity: 'info',
  },
  {
    name: 'ZED: scrub or resilver with errors',
    subject: `ZFS (?:scrub|resilver)[._]finish event for (?P<pool>\\S+) on ${HOST}$`,
    status: 'firing',
    host: '{host}',
    kind: 'pool_unhealthy',
    dedupKey: '{pool}',
    severity: 'critical',
  },
  {
    name: 'apcupsd: on battery',
    subject: `^${HOST} UPS (?P<ups>.+) Power Failure !!!$`,
    status: 'firing',
    host: '{host}',
    kind: 'ups_on_battery',
    dedupKey: '{ups}',
    severity: 'critical',
  },
  {
    name: 'apcupsd: power is back',
    subject: `^${HOST} UPS (?P<ups>.+) Power has returned$`,
    status: 'resolved',
    host: '{host}',
    kind: 'ups_on_battery',
    dedupKey: '{ups}',
    severity: 'info',
  },
  {
    name: 'apcupsd: connection lost',
    subject: `^${HOST} Communications with UPS (?P<ups>.+) lost$`,
    status: 'firing',
    host: '{host}',
    kind: 'ups_unreachable',
    dedupKey: '{ups}',
    severity: 'warning',
  },
  {
    name: 'apcupsd: connection restored',
    subject: `^${HOST} Communications with UPS (?P<ups>.+) restored$`,
    status: 'resolved',
    host: '{host}',
    kind: 'ups_unreachable',
    dedupKey: '{ups}',
    severity: 'info',
  },
  {
    name: 'apcupsd: battery',
    subject: `^${HOST} UPS (?P<ups>.+) battery needs changing NOW\\.$`,
    status: 'firing',
    host: '{host}',
    kind: 'ups_battery',
    dedupKey: '{ups}',
    severity: 'warning',
  },
  {
    name: 'NUT: on battery',
    text: '^UPS (?P<ups>\\S+) on battery(?:\\n|$)',
    status: 'firing',
    kind: 'ups_on_battery',
    dedupKey: '{ups}',
    severity: 'critical',
  },
  {
    name: 'NUT: power is back',
    text: '^UPS (?P<ups>\\S+) on line power(?:\\n|$)',
    status: 'resolved',
    kind: 'ups_on_battery',
    dedupKey: '{ups}',
    severity: 'info',
  },
  {
    name: 'NUT: connection lost',
    text: '^Communications with UPS (?P<ups>\\S+) lost(?:\\n|$)',
    status: 'firing',
    kind: 'ups_unreachable',
    dedupKey: '{ups}',
    severity: 'warning',
  },
  {
    name: 'NUT: connection restored',
    text: '^Communications with UPS (?P<ups>\\S+) established(?:\\n|$)',
    status: 'resolved',
    kind: 'ups_unreachable',
    dedupKey: '{ups}',
    severity: 'info',
  },
  {
    name: 'NUT: UPS unreachable',
    text: '^UPS (?P<ups>\\S+) is unavailable(?:\\n|$)',
    status: 'firing',
    kind: 'ups_unreachable',
    dedupKey: '{ups}',
    severity: 'warning',
  },
  {
    name: 'NUT: battery low or shutdown',
    text: '^(?:UPS \\S+ battery is low|UPS \\S+: forced shutdown in progress|Auto logout and shutdown proceeding|Executing automatic power-fail shutdown|upsmon parent process died)',
    status: 'message',
    severity: 'critical',
  },
  {
    name: 'NUT: battery',
    text: '^UPS (?P<ups>\\S+) battery needs to be replaced(?:\\n|$)',
    status: 'firing',
    kind: 'ups_battery',
    dedupKey: '{ups}',
    severity: 'warning',
  },
  {
    name: 'cron: output of a job',
    subject: '^Cron <[^@<>]+@(?P<host>[^<>]+)> ',
    status: 'message',
    host: '{host}',
  },
  {
    name: 'systemd-cron: job failed',
    subject: '^\\[(?P<host>[^\\]]+)\\] job \\S+ failed$',
    status: 'message',
    host: '{host}',
    severity: 'critical',
  },
  {
    name: 'Proxmox VE: backup successful',
    subject: '^vzdump backup status \\((?P<host>[^)]+)\\) ?: backup successful',
    list: { items: GUESTS, withWhole: true },
    status: 'resolved',
    host: '{host}',
    kind: 'backup_failed',
    dedupKey: '{guest}',
    severity: 'info',
  },
  {
    name: 'Proxmox VE: backup failed',
    subject: '^vzdump backup status \\((?P<host>[^)]+)\\) ?: backup failed',
    list: { items: GUESTS },
    status: 'firing',
    host: '{host}',
    kind: 'backup_failed',
    dedupKey: '{guest}',
    severity: 'critical',
  },
  ...backupServerJob(
    'garbage collection',
    "Garbage Collect Datastore '(?P<job>[^']+)'",
    'gc_failed',
  ),
  ...backupServerJob('verification', "Verification Job '(?P<job>[^']+)'", 'verify_failed'),
  ...backupServerJob('prune', "Pruning datastore '(?P<job>[^']+)'", 'prune_failed'),
  ...backupServerJob('sync', "Sync (?P<job>(?:remote '[^']+' )?datastore '[^']+')", 'sync_failed'),
  {
    name: 'TrueNAS: alerts',
    text: '^TrueNAS\\S* @ (?P<host>\\S+)\\s',
    list: {
      items: [{ pattern: '^\\s*\\* (?P<item>\\S.*)$' }],
      headings: [
        { pattern: '^New alerts?:', status: 'firing' },
        {
          pattern: '^(?:The following alert has|These alerts have) been cleared:',
          status: 'resolved',
        },
        // They were new in an earlier mail.
        { pattern: '^Current alerts:', status: null },
      ],
    },
    status: 'message',
    host: '{host}',
    kind: 'truenas',
    dedupKey: '{item}',
  },
  {
    name: 'unattended-upgrades: success',
    subject: `unattended-upgrades result for ${HOST}: SUCCESS$`,
    status: 'resolved',
    host: '{host}',
    kind: 'upgrade_failed',
    severity: 'info',
  },
  {
    name: 'unattended-upgrades: failure',
    subject: `unattended-upgrades result for ${HOST}: FAILURE$`,
    status: 'firing',
    host: '{host}',
    kind: 'upgrade_failed',
    severity: 'critical',
  },
  ...(['clear', 'warning', 'critical'] as const).map((level): MailRule => ({
    name: `Netdata: ${level}`,
    headers: {
      'x-netdata-severity': `^${level}$`,
      'x-netdata-alert-name': '^(?P<kind>\\S+)$',
      'x-netdata-chart': '^(?P<chart>\\S+)$',
      'x-netdata-host': '^(?P<host>\\S+)$',
    },
    status: level === 'clear' ? 'resolved' : 'firing',
    host: '{host}',
    kind: '{kind}',
    dedupKey: '{chart}',
    severity: level === 'clear' ? 'info' : level,
  })),
  {
    name: 'Synology: notification',
    subject: '^\\[(?P<host>[^\\]\\s]+)\\] ',
    text: '(?i)(?:Synology|DiskStation)',
    status: 'message',
    host: '{host}',
  },
];
