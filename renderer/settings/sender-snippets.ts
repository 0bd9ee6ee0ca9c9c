import type { TextKey } from '../../main/messages/messages.ts';

/**
 * Text to copy into a sender's configuration. A token is one that Belfry made: letters, digits, `_` and `-`.
 * A URL has no slash at its end.
 */
export type Snippet = { readonly text: string } & (
  | { readonly label: Extract<TextKey, `settings.tokens.snippet.${string}`> }
  | { readonly file: string }
);

/** A kind of sender, by its name, which is the same in every language. */
export interface SenderGuide {
  readonly name: string;
  /** Says where the snippets belong; absent for a command. */
  readonly where?: Extract<TextKey, `settings.tokens.where.${string}`>;
  readonly snippets: (url: string, token: string) => readonly Snippet[];
}

const EXAMPLE = {
  host: 'nas',
  kind: 'backup_failed',
  status: 'firing',
  severity: 'warning',
  message: 'The nightly backup did not finish.',
};

/** Returns a shell command that sends one event. */
export const curlSnippet = (url: string, token: string): string =>
  [
    `curl -sS --fail-with-body '${url}/api/v1/events' \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(EXAMPLE)}'`,
  ].join('\n');

/** Returns a shell command that sends a body to a mapped webhook. */
export const mappedCurl = (url: string, slug: string): string =>
  [
    `curl -sS --fail-with-body '${url}/ingest/mapped/${slug}' \\`,
    `  -H 'Authorization: Bearer bf_your-token' \\`,
    `  -H 'Content-Type: application/json' -d @body.json`,
  ].join('\n');

/** Returns the part of prometheus.yml that makes Prometheus send its alerts here. */
export function prometheusSnippet(url: string, token: string): string {
  const { protocol, host, pathname } = new URL(url);
  return [
    'alerting:',
    '  alertmanagers:',
    '    - authorization:',
    `        credentials: ${token}`,
    ...(protocol === 'http:' ? [] : ['      scheme: https']),
    ...(pathname === '/' ? [] : [`      path_prefix: ${pathname}`]),
    '      static_configs:',
    `        - targets: ['${host}']`,
  ].join('\n');
}

const alertmanagerSnippet = (url: string, token: string): string =>
  [
    'route:',
    '  receiver: belfry',
    'receivers:',
    '  - name: belfry',
    '    webhook_configs:',
    `      - url: ${url}/ingest/alertmanager`,
    '        http_config:',
    '          authorization:',
    `            credentials: ${token}`,
  ].join('\n');

const homeAssistantSnippet = (url: string, token: string): string =>
  [
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
  ].join('\n');

const netdataSnippet = (url: string, token: string): string =>
  [
    'SEND_ALERTA="YES"',
    `ALERTA_WEBHOOK_URL="${url}"`,
    `ALERTA_API_KEY="${token}"`,
    'DEFAULT_RECIPIENT_ALERTA="Production"',
  ].join('\n');

const PROXMOX_HEADERS = 'Authorization: Bearer {{ secrets.token }}\nContent-Type: application/json';
const PROXMOX_BODY =
  '{"title":"{{ escape title }}","message":"{{ escape message }}","severity":"{{ severity }}","timestamp":{{ timestamp }},"fields":{{ json fields }}}';

/** Returns an address of another scheme: `scheme` for http, and with an `s` for https. */
const withScheme = (url: string, scheme: string, user = ''): string =>
  url.replace(/^http(s?):\/\//, `${scheme}$1://${user}`);

/** The senders that can be connected by copying a few lines, in the order of the list. */
export const SENDER_GUIDES: readonly SenderGuide[] = [
  {
    name: 'curl',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.command', text: curlSnippet(url, token) },
    ],
  },
  {
    name: 'Prometheus',
    snippets: (url, token) => [{ file: 'prometheus.yml', text: prometheusSnippet(url, token) }],
  },
  {
    name: 'Alertmanager',
    snippets: (url, token) => [{ file: 'alertmanager.yml', text: alertmanagerSnippet(url, token) }],
  },
  {
    name: 'Grafana',
    where: 'settings.tokens.where.grafana',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.url', text: `${url}/ingest/grafana` },
      { label: 'settings.tokens.snippet.credentials', text: token },
    ],
  },
  {
    name: 'Uptime Kuma',
    where: 'settings.tokens.where.uptimeKuma',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.url', text: `${url}/ingest/uptime-kuma` },
      {
        label: 'settings.tokens.snippet.headers',
        text: `{ "Authorization": "Bearer ${token}" }`,
      },
    ],
  },
  {
    name: 'Proxmox VE',
    where: 'settings.tokens.where.proxmox',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.url', text: `${url}/ingest/proxmox` },
      { label: 'settings.tokens.snippet.headers', text: PROXMOX_HEADERS },
      { label: 'settings.tokens.snippet.secret', text: token },
      { label: 'settings.tokens.snippet.body', text: PROXMOX_BODY },
    ],
  },
  {
    name: 'Netdata',
    snippets: (url, token) => [
      { file: 'health_alarm_notify.conf', text: netdataSnippet(url, token) },
    ],
  },
  {
    name: 'Home Assistant',
    snippets: (url, token) => [
      { file: 'configuration.yaml', text: homeAssistantSnippet(url, token) },
    ],
  },
  {
    name: 'ntfy',
    where: 'settings.tokens.where.ntfy',
    snippets: (url, token) => [
      {
        label: 'settings.tokens.snippet.command',
        text: `curl -u :${token} -d 'Backup went well' ${url}/backups`,
      },
    ],
  },
  {
    name: 'Gotify',
    where: 'settings.tokens.where.gotify',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.server', text: url },
      { label: 'settings.tokens.snippet.credentials', text: token },
    ],
  },
  {
    name: 'Slack',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.url', text: `${url}/services/T0/B0/${token}` },
    ],
  },
  {
    name: 'Discord',
    snippets: (url, token) => [
      { label: 'settings.tokens.snippet.url', text: `${url}/api/webhooks/1/${token}` },
    ],
  },
  {
    name: 'Apprise',
    snippets: (url, token) => [
      {
        label: 'settings.tokens.snippet.command',
        text: `apprise -t 'Scrub' -b 'has failed' -n failure '${withScheme(url, 'json', `belfry:${token}@`)}/ingest/apprise'`,
      },
    ],
  },
  {
    name: 'Shoutrrr',
    where: 'settings.tokens.where.shoutrrr',
    snippets: (url, token) => [
      {
        label: 'settings.tokens.snippet.url',
        text: `${withScheme(url, 'generic+http')}/ingest/shoutrrr?template=json&@Authorization=Bearer+${token}`,
      },
    ],
  },
];
