import {
  command,
  eventCommand,
  file,
  firstPing,
  gotifyLines,
  mailForm,
  msmtp,
  msmtpAliases,
  shoutrrrUrl,
  value,
  withScheme,
} from './common-lines.ts';
import {
  CONDITIONS,
  HEARTBEATS,
  MAIL,
  MESSAGES,
  type Sender,
  type SenderLines,
  type SenderTarget,
} from './sender.ts';

const homeAssistant = ({ url, token }: SenderTarget): SenderLines =>
  file(
    'configuration.yaml',
    'yaml',
    'notify:',
    '  - name: belfry',
    '    platform: rest',
    `    resource: ${url}/ingest/home-assistant`,
    '    method: POST_JSON',
    '    headers:',
    `      Authorization: Bearer ${token}`,
    '    title_param_name: title',
    '    target_param_name: target',
    '    data:',
    '      severity: warning',
  );

const EXAMPLE = {
  host: 'nas',
  kind: 'backup_failed',
  status: 'firing',
  severity: 'warning',
  message: 'The nightly backup did not finish.',
};

/** Returns a unit for each failed or recovered unit; systemd fills in `%i` and `%H`. */
const systemdUnit = (target: SenderTarget, end: 'failure' | 'success'): SenderLines => {
  const status = end === 'failure' ? 'firing' : 'resolved';
  const event = `{"host":"%H","kind":"unit_failed","dedupKey":"%i","status":"${status}","severity":"critical","message":"%i"}`;
  return file(
    `/etc/systemd/system/belfry-${end}@.service`,
    'ini',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${eventCommand(target, `'${event}'`)}`,
  );
};

/** Programs that send to a Gotify server. */
const OF_GOTIFY = {
  ...MESSAGES,
  group: 'home',
  way: '/message',
  severity: 'lines',
  evidence: 'format',
  shownBy: 'test/ingest/fixtures/gotify',
  lines: gotifyLines,
} as const;

/** The house, its containers and its media. */
export const HOME_SENDERS = {
  home_assistant: {
    ...MESSAGES,
    name: 'Home Assistant',
    group: 'home',
    way: '/ingest/home-assistant',
    severity: 'lines',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/home-assistant',
    lines: (target) => [homeAssistant(target)],
  },
  watchtower: {
    ...MESSAGES,
    name: 'Watchtower',
    group: 'home',
    way: '/ingest/shoutrrr',
    severity: 'fixed',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/shoutrrr',
    lines: (target) => [
      file(
        'compose.yaml',
        'yaml',
        'services:',
        '  watchtower:',
        '    environment:',
        `      WATCHTOWER_NOTIFICATION_URL: '${shoutrrrUrl(target)}'`,
      ),
    ],
  },
  sonarr: { ...OF_GOTIFY, name: 'Sonarr' },
  radarr: { ...OF_GOTIFY, name: 'Radarr' },
  prowlarr: { ...OF_GOTIFY, name: 'Prowlarr' },
  overseerr: { ...OF_GOTIFY, name: 'Overseerr', severity: 'fixed' },
  jellyfin: { ...OF_GOTIFY, name: 'Jellyfin' },
  opnsense: {
    ...MESSAGES,
    name: 'OPNsense',
    group: 'home',
    way: MAIL,
    severity: 'words',
    evidence: 'format',
    shownBy: 'test/transport/mail/mail-server.test.ts',
    lines: mailForm,
  },
} as const satisfies Record<string, Sender>;

/** Jobs and scripts. */
export const SCRIPT_SENDERS = {
  curl: {
    ...CONDITIONS,
    name: 'curl',
    group: 'scripts',
    way: '/api/v1/events',
    severity: 'lines',
    evidence: 'program',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [command(eventCommand(target, `'${JSON.stringify(EXAMPLE)}'`))],
  },
  belfry_send: {
    ...CONDITIONS,
    name: 'belfry send',
    group: 'scripts',
    way: '/api/v1/events',
    severity: 'lines',
    evidence: 'program',
    shownBy: 'test/peers/senders.test.ts',
    lines: ({ url, token }) => [
      command(
        [
          `export BELFRY_URL='${url}' BELFRY_TOKEN='${token}'`,
          "belfry send --kind backup_failed --severity critical --message 'no space left'",
          'belfry send --kind backup_failed --status resolved',
        ].join('\n'),
      ),
    ],
  },
  cron: {
    ...HEARTBEATS,
    name: 'cron',
    group: 'scripts',
    evidence: 'program',
    shownBy: 'test/peers/cron.test.ts',
    lines: ({ url, token }) => [
      value(
        'crontab',
        `0 3 * * * /path/to/job; curl -fsS -m 10 --retry 5 -o /dev/null "${url}/ping/${token}/nightly-job/$??create=1"`,
      ),
    ],
  },
  systemd: {
    ...CONDITIONS,
    name: 'systemd',
    group: 'scripts',
    way: '/api/v1/events',
    severity: 'lines',
    evidence: 'lines',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [
      file(
        '/etc/systemd/system/backup.service.d/belfry.conf',
        'ini',
        '[Unit]',
        'OnFailure=belfry-failure@%n.service',
        'OnSuccess=belfry-success@%n.service',
      ),
      systemdUnit(target, 'failure'),
      systemdUnit(target, 'success'),
    ],
  },
  healthchecks: {
    ...HEARTBEATS,
    name: 'Healthchecks',
    group: 'scripts',
    evidence: 'lines',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [
      firstPing(target, 'nightly-backup'),
      value('ping_url', `${target.url}/ping/${target.token}/nightly-backup`),
    ],
  },
} as const satisfies Record<string, Sender>;

const CHAT = { ...MESSAGES, group: 'chat', severity: 'words', evidence: 'recorded' } as const;

/** Whatever sends to a chat or to another notifier. */
export const CHAT_SENDERS = {
  ntfy: {
    ...CHAT,
    name: 'ntfy',
    way: '/<topic>',
    severity: 'sender',
    shownBy: 'test/ingest/fixtures/ntfy',
    lines: ({ url, token }) => [
      command(`curl -u :${token} -d 'Backup went well' ${url}/backups`),
      value('server', url),
      value('token', token),
    ],
  },
  gotify: {
    ...CHAT,
    name: 'Gotify',
    way: '/message',
    severity: 'sender',
    shownBy: 'test/ingest/fixtures/gotify',
    lines: gotifyLines,
  },
  pushover: {
    ...CHAT,
    name: 'Pushover',
    way: '/1/messages.json',
    severity: 'sender',
    shownBy: 'test/ingest/fixtures/pushover',
    lines: ({ url, token }) => [value('url', `${url}/1/messages.json`), value('token', token)],
  },
  apprise: {
    ...CHAT,
    name: 'Apprise',
    way: '/ingest/apprise',
    severity: 'sender',
    evidence: 'program',
    shownBy: 'test/peers/senders.test.ts',
    lines: ({ url, token }) => [
      command(
        `apprise -t 'Scrub' -b 'has failed' -n failure '${withScheme(url, 'json', `belfry:${token}@`)}/ingest/apprise'`,
      ),
    ],
  },
  shoutrrr: {
    ...CHAT,
    name: 'Shoutrrr',
    way: '/ingest/shoutrrr',
    severity: 'fixed',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/shoutrrr',
    lines: (target) => [value('url', shoutrrrUrl(target))],
  },
  slack: {
    ...CHAT,
    name: 'Slack',
    way: '/services/<any>/<any>/<token>',
    shownBy: 'test/ingest/fixtures/slack',
    lines: ({ url, token }) => [value('url', `${url}/services/T0/B0/${token}`)],
  },
  discord: {
    ...CHAT,
    name: 'Discord',
    way: '/api/webhooks/<any>/<token>',
    shownBy: 'test/ingest/fixtures/discord',
    lines: ({ url, token }) => [value('url', `${url}/api/webhooks/1/${token}`)],
  },
  mattermost: {
    ...CHAT,
    name: 'Mattermost',
    way: '/hooks/<token>',
    shownBy: 'test/ingest/fixtures/mattermost',
    lines: ({ url, token }) => [value('url', `${url}/hooks/${token}`)],
  },
  rocketchat: {
    ...CHAT,
    name: 'Rocket.Chat',
    way: '/hooks/<any>/<token>',
    shownBy: 'test/ingest/fixtures/rocketchat',
    lines: ({ url, token }) => [value('url', `${url}/hooks/1/${token}`)],
  },
} as const satisfies Record<string, Sender>;

const BY_MAIL = { ...MESSAGES, group: 'mail', way: MAIL, severity: 'words' } as const;

/** Whatever can only mail. */
export const MAIL_SENDERS = {
  machine_mail: {
    ...BY_MAIL,
    name: 'msmtp',
    evidence: 'program',
    shownBy: 'test/peers/mail-senders.test.ts',
    lines: (target) => [msmtp(target), msmtpAliases()],
  },
  postfix: {
    ...BY_MAIL,
    name: 'Postfix',
    evidence: 'format',
    shownBy: 'test/transport/mail/mail-server.test.ts',
    lines: ({ mailHost, mailPort, token }) => [
      file(
        '/etc/postfix/main.cf',
        'text',
        `relayhost = [${mailHost}]:${String(mailPort)}`,
        'smtp_sasl_auth_enable = yes',
        'smtp_sasl_security_options = noanonymous',
        `smtp_sasl_password_maps = static:belfry:${token}`,
        'smtp_tls_security_level = may',
      ),
    ],
  },
  idrac: {
    ...BY_MAIL,
    name: 'iDRAC, iLO',
    evidence: 'format',
    shownBy: 'test/transport/mail/mail-server.test.ts',
    lines: mailForm,
  },
  printer: {
    ...BY_MAIL,
    name: 'Printers',
    evidence: 'format',
    shownBy: 'test/transport/mail/mail-server.test.ts',
    lines: mailForm,
  },
} as const satisfies Record<string, Sender>;
