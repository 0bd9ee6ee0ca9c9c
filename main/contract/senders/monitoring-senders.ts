import { file, shoutrrrUrl, value } from './common-lines.ts';
import {
  CONDITIONS,
  MESSAGES,
  type Sender,
  type SenderLines,
  type SenderTarget,
} from './sender.ts';

/** Returns the part of prometheus.yml that makes Prometheus send its alerts here. */
function prometheus({ url, token }: SenderTarget): SenderLines {
  const { protocol, host, pathname } = new URL(url);
  return file(
    'prometheus.yml',
    'yaml',
    'alerting:',
    '  alertmanagers:',
    '    - authorization:',
    `        credentials: ${token}`,
    ...(protocol === 'http:' ? [] : ['      scheme: https']),
    ...(pathname === '/' ? [] : [`      path_prefix: ${pathname}`]),
    '      static_configs:',
    `        - targets: ['${host}']`,
  );
}

const alertmanager = ({ url, token }: SenderTarget): SenderLines =>
  file(
    'alertmanager.yml',
    'yaml',
    'route:',
    '  receiver: belfry',
    'receivers:',
    '  - name: belfry',
    '    webhook_configs:',
    `      - url: ${url}/ingest/alertmanager`,
    '        http_config:',
    '          authorization:',
    `            credentials: ${token}`,
  );

const netdata = ({ url, token }: SenderTarget): SenderLines =>
  file(
    '/etc/netdata/health_alarm_notify.conf',
    'sh',
    'SEND_ALERTA="YES"',
    `ALERTA_WEBHOOK_URL="${url}"`,
    `ALERTA_API_KEY="${token}"`,
    'DEFAULT_RECIPIENT_ALERTA="Production"',
  );

/** Gatus fills in what stands in brackets. */
const gatus = ({ url, token }: SenderTarget): SenderLines =>
  file(
    'config.yaml',
    'yaml',
    'alerting:',
    '  custom:',
    `    url: ${url}/api/v1/events`,
    '    method: POST',
    '    headers:',
    `      Authorization: Bearer ${token}`,
    '      Content-Type: application/json',
    '    body: |',
    '      {"host":"[ENDPOINT_NAME]","kind":"endpoint_down","dedupKey":"[ENDPOINT_GROUP]","severity":"critical",',
    '       "status":"[ALERT_TRIGGERED_OR_RESOLVED]","message":"[ENDPOINT_URL]","url":"[ENDPOINT_URL]"}',
    '    placeholders:',
    '      ALERT_TRIGGERED_OR_RESOLVED:',
    '        TRIGGERED: firing',
    '        RESOLVED: resolved',
    '    default-alert:',
    '      send-on-resolved: true',
  );

/** Returns the command that Nagios and Icinga run: what a check said reaches it by the environment alone. */
const nagiosCommand = ({ url }: SenderTarget, kind: string, tokenFile: string): string[] => [
  ...['belfry', 'send', '--nagios', '--kind', kind],
  ...['--url', url, '--token-file', tokenFile],
];

/** The kinds of the alerts of hosts and services. */
const NAGIOS_KINDS = { host: 'host_down', service: 'service_problem' } as const;

const NAGIOS_TOKEN = '/etc/nagios4/belfry-token';
const ICINGA_TOKEN = '/etc/icinga2/belfry-token';

const nagiosObjects = (target: SenderTarget): SenderLines =>
  file(
    '/etc/nagios4/objects/belfry.cfg',
    'text',
    ...(['host', 'service'] as const).flatMap((of) => [
      'define command {',
      `    command_name  notify-${of}-by-belfry`,
      `    command_line  ${nagiosCommand(target, NAGIOS_KINDS[of], NAGIOS_TOKEN).join(' ')}`,
      '}',
    ]),
    'define contact {',
    '    contact_name                   belfry',
    '    contactgroups                  admins',
    '    host_notification_period       24x7',
    '    service_notification_period    24x7',
    '    host_notification_options      d,u,r,f,s',
    '    service_notification_options   w,u,c,r,f,s',
    '    host_notification_commands     notify-host-by-belfry',
    '    service_notification_commands  notify-service-by-belfry',
    '}',
  );

/** Icinga's macros, by the names that Nagios gives to its own. */
const ICINGA_MACROS = {
  host: { HOSTSTATE: 'host.state', HOSTOUTPUT: 'host.output' },
  service: {
    SERVICEDESC: 'service.name',
    SERVICESTATE: 'service.state',
    SERVICEOUTPUT: 'service.output',
  },
} as const;

const icingaObjects = (target: SenderTarget): SenderLines =>
  file(
    '/etc/icinga2/conf.d/belfry.conf',
    'text',
    'object User "belfry" {}',
    ...(['host', 'service'] as const).flatMap((of) => {
      const words = nagiosCommand(target, NAGIOS_KINDS[of], ICINGA_TOKEN);
      const common = { NOTIFICATIONTYPE: 'notification.type', HOSTNAME: 'host.name' };
      const macros = Object.entries({ ...common, ...ICINGA_MACROS[of] });
      return [
        `object NotificationCommand "belfry-${of}" {`,
        `  command = [ ${words.map((word) => `"${word}"`).join(', ')} ]`,
        '  env = {',
        ...macros.map(([name, macro]) => `    NAGIOS_${name} = "$${macro}$"`),
        '  }',
        '}',
        `apply Notification "belfry" to ${of === 'host' ? 'Host' : 'Service'} {`,
        `  command = "belfry-${of}"`,
        '  users = [ "belfry" ]',
        '  types = [ Problem, Recovery, DowntimeEnd, DowntimeRemoved, FlappingEnd ]',
        '  assign where true',
        '}',
      ];
    }),
  );

/** Programs that watch others. */
export const MONITORING_SENDERS = {
  prometheus: {
    ...CONDITIONS,
    name: 'Prometheus',
    group: 'monitoring',
    way: '/api/v2/alerts',
    severity: 'sender',
    evidence: 'program',
    shownBy: 'test/peers/prometheus.test.ts',
    lines: (target) => [prometheus(target)],
  },
  alertmanager: {
    ...CONDITIONS,
    name: 'Alertmanager',
    group: 'monitoring',
    way: '/ingest/alertmanager',
    severity: 'sender',
    evidence: 'program',
    shownBy: 'test/peers/alertmanager.test.ts',
    lines: (target) => [alertmanager(target)],
  },
  grafana: {
    ...CONDITIONS,
    name: 'Grafana',
    group: 'monitoring',
    way: '/ingest/grafana',
    severity: 'sender',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/grafana',
    lines: ({ url, token }) => [value('url', `${url}/ingest/grafana`), value('token', token)],
  },
  uptime_kuma: {
    ...CONDITIONS,
    name: 'Uptime Kuma',
    group: 'monitoring',
    way: '/ingest/uptime-kuma',
    severity: 'fixed',
    evidence: 'recorded',
    shownBy: 'test/ingest/fixtures/uptime-kuma',
    lines: ({ url, token }) => [
      value('url', `${url}/ingest/uptime-kuma`),
      { label: 'headers', syntax: 'json', text: `{ "Authorization": "Bearer ${token}" }` },
    ],
  },
  netdata: {
    ...CONDITIONS,
    name: 'Netdata',
    group: 'monitoring',
    way: '/alert',
    severity: 'sender',
    evidence: 'script',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [netdata(target)],
  },
  gatus: {
    ...CONDITIONS,
    name: 'Gatus',
    group: 'monitoring',
    way: '/api/v1/events',
    severity: 'lines',
    evidence: 'lines',
    shownBy: 'test/peers/senders.test.ts',
    lines: (target) => [gatus(target)],
  },
  nagios: {
    ...CONDITIONS,
    name: 'Nagios',
    group: 'monitoring',
    way: '/api/v1/events',
    severity: 'sender',
    evidence: 'program',
    shownBy: 'test/peers/nagios.test.ts',
    lines: (target) => [
      file(NAGIOS_TOKEN, 'text', target.token),
      file(
        '/etc/nagios4/nagios.cfg',
        'text',
        'enable_environment_macros=1',
        'cfg_file=/etc/nagios4/objects/belfry.cfg',
      ),
      nagiosObjects(target),
    ],
  },
  icinga: {
    ...CONDITIONS,
    name: 'Icinga 2',
    group: 'monitoring',
    way: '/api/v1/events',
    severity: 'sender',
    evidence: 'program',
    shownBy: 'test/peers/nagios.test.ts',
    lines: (target) => [file(ICINGA_TOKEN, 'text', target.token), icingaObjects(target)],
  },
  beszel: {
    ...MESSAGES,
    name: 'Beszel',
    group: 'monitoring',
    way: '/ingest/shoutrrr',
    severity: 'fixed',
    evidence: 'format',
    shownBy: 'test/ingest/fixtures/shoutrrr',
    lines: (target) => [value('url', shoutrrrUrl(target))],
  },
  alerta: {
    ...CONDITIONS,
    name: 'Alerta',
    group: 'monitoring',
    way: '/alert',
    severity: 'sender',
    evidence: 'source',
    shownBy: 'test/ingest/fixtures/alerta',
    lines: ({ url, token }) => [value('server', url), value('token', token)],
  },
} as const satisfies Record<string, Sender>;
