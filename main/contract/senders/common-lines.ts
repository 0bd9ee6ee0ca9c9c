import type { LineLabel, SenderLines, SenderTarget } from './sender.ts';

/** Returns a value to copy. */
export const value = (label: LineLabel, text: string): SenderLines => ({
  label,
  text,
  syntax: 'text',
});

/** Returns a shell command to copy. */
export const command = (text: string, label: LineLabel = 'command'): SenderLines => ({
  label,
  text,
  syntax: 'sh',
});

/** Returns lines of a file. */
export const file = (
  name: string,
  syntax: SenderLines['syntax'],
  ...lines: readonly string[]
): SenderLines => ({ file: name, syntax, text: lines.join('\n') });

/** Returns an address of another scheme: `scheme` for http, and with an `s` for https. */
export const withScheme = (url: string, scheme: string, user = ''): string =>
  url.replace(/^http(s?):\/\//, `${scheme}$1://${user}`);

/** Returns server and token, for programs that send to Gotify. */
export const gotifyLines = ({ url, token }: SenderTarget): readonly SenderLines[] => [
  value('server', url),
  value('token', token),
];

/** Returns the address for programs that take a Shoutrrr URL. */
export const shoutrrrUrl = ({ url, token }: SenderTarget): string =>
  `${withScheme(url, 'generic+http')}/ingest/shoutrrr?template=json&@Authorization=Bearer+${token}`;

/** Returns what a device with a form for its mail server needs. */
export const mailForm = ({ mailHost, mailPort, token }: SenderTarget): readonly SenderLines[] => [
  value('mail_server', `${mailHost}:${String(mailPort)}`),
  value('mail_password', token),
  value('mail_recipient', 'alerts@belfry'),
];

/** Returns the set-up of msmtp, which lets the programs of a machine mail Belfry. */
export const msmtp = ({ mailHost, mailPort, token }: SenderTarget): SenderLines =>
  file(
    '/etc/msmtprc',
    'text',
    'defaults',
    'auth on',
    'tls on',
    'tls_starttls on',
    'tls_certcheck off',
    'account default',
    `host ${mailHost}`,
    `port ${String(mailPort)}`,
    'from root@nas.lan',
    'user belfry',
    `password ${token}`,
    'aliases /etc/msmtp-aliases',
  );

/** Returns the address without which msmtp sends no mail to names such as `root`. */
export const msmtpAliases = (): SenderLines =>
  file('/etc/msmtp-aliases', 'text', 'default: alerts@belfry');

/** Returns a request that sends one event, as a command of the shell. */
export const eventCommand = ({ url, token }: SenderTarget, event: string): string =>
  [
    `curl -sS --fail-with-body --retry 5 '${url}/api/v1/events' \\`,
    `  -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\`,
    `  -d ${event}`,
  ].join('\n');

/** Returns the first ping, which adds its heartbeat: expected every day, with an hour's grace. */
export const firstPing = ({ url, token }: SenderTarget, name: string): SenderLines =>
  command(`curl -fsS -m 10 --retry 5 '${url}/ping/${token}/${name}?create=1'`, 'first_ping');
