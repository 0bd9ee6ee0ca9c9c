import { z } from 'zod';
import { field } from './field.ts';
import { LIMITS } from './limits.ts';
import { link, serverAddress } from './primitives.ts';
import { issue, type IssueReason } from './reasons/issue-reasons.ts';

/**
 * Returns the rule for the address of a webhook of a service whose hosts and paths are known. Another host
 * (a proxy, another server) may have any path.
 */
const hookAddress = (hosts: RegExp, path: RegExp, code: IssueReason['code']) =>
  link.refine((address) => {
    const url = URL.parse(address);
    return url === null || !hosts.test(url.hostname) || path.test(url.pathname);
  }, issue(code));

/** The certificate that a server of the user's own is to be known by, for what is spoken to over TLS. */
const trustedCertificate = () =>
  field(
    z
      .string()
      .regex(
        /^\s*-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/,
        issue('issue.certificate'),
      )
      .max(32_768),
    { placeholder: '-----BEGIN CERTIFICATE-----', multiline: true },
  ).optional();

/** Headers of the connection, and those by which receivers recognise a repeated message. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

const HEADERS_MAX = 20;

/** RFC 9110, 5.1 and 5.5. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, issue('issue.header_name'))
  .refine((given) => !OURS.has(given.toLowerCase()), issue('issue.header_reserved'));
const headerValue = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, issue('issue.header_value'));

export const webhookConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://example.lan/hook', secret: true }),
  secret: field(
    z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, issue('issue.webhook_secret')),
    { placeholder: 'whsec_…', secret: true, generates: 'webhook_secret' },
  ).optional(),
  method: z.enum(['POST', 'PUT']).optional(),
  headers: field(
    z
      .record(headerName, headerValue)
      .refine(
        (given) => Object.keys(given).length <= HEADERS_MAX,
        issue('issue.headers_max', { max: String(HEADERS_MAX) }),
      ),
    { placeholder: 'Authorization: Bearer …', secret: true },
  ).optional(),
  body: field(z.string().min(1).max(LIMITS.expressionCharsMax), {
    placeholder: '{ "text": data.text, "priority": data.alert.severity = "critical" ? 5 : 3 }',
    multiline: true,
  }).optional(),
});
export type WebhookConfig = z.infer<typeof webhookConfig>;

export const ntfyConfig = z
  .strictObject({
    server: field(serverAddress, { placeholder: 'https://ntfy.sh' }).default('https://ntfy.sh'),
    topic: field(z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, issue('issue.ntfy_topic')), {
      placeholder: 'belfry-x7Kq2mWz',
      secret: true,
    }),
    token: field(z.string().regex(/^\S{1,200}$/, issue('issue.ntfy_token')), {
      placeholder: 'tk_…',
      secret: true,
    }).optional(),
    user: z.string().min(1).max(100).optional(),
    password: field(z.string().min(1).max(200), { secret: true }).optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    ...issue('issue.user_and_password'),
  });
export type NtfyConfig = z.infer<typeof ntfyConfig>;

const gotifyConfig = z.strictObject({
  server: field(serverAddress.clone(), { placeholder: 'https://gotify.example.lan' }),
  token: field(z.string().regex(/^\S{1,200}$/, issue('issue.gotify_token')), {
    placeholder: 'A…',
    secret: true,
  }),
});
export type GotifyConfig = z.infer<typeof gotifyConfig>;

const pushoverKey = (code: 'issue.pushover_token' | 'issue.pushover_user') =>
  z.string().regex(/^[A-Za-z0-9]{30}$/, issue(code));

export const pushoverConfig = z.strictObject({
  token: field(pushoverKey('issue.pushover_token'), { secret: true }),
  user: field(pushoverKey('issue.pushover_user'), { secret: true }),
  device: field(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,25}(,[A-Za-z0-9_-]{1,25}){0,9}$/, issue('issue.pushover_devices')),
    { placeholder: 'phone,tablet' },
  ).optional(),
  emergency: z.boolean().default(false),
  retrySeconds: z.int().min(30).max(10_800).default(60),
  expireSeconds: z.int().min(30).max(10_800).default(3_600),
});
export type PushoverConfig = z.infer<typeof pushoverConfig>;

const discordAddress = hookAddress(
  /(?:^|\.)discord(?:app)?\.com$/,
  /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+\/?$/,
  'issue.discord_webhook',
);

export const discordConfig = z.strictObject({
  url: field(discordAddress, { placeholder: 'https://discord.com/api/webhooks/…', secret: true }),
  threadId: field(z.string().regex(/^\d{15,22}$/, issue('issue.discord_thread')), {
    placeholder: '1102534561234567890',
  }).optional(),
});
export type DiscordConfig = z.infer<typeof discordConfig>;

const telegramConfig = z.strictObject({
  token: field(
    z.string().regex(/^\d{5,20}:[A-Za-z0-9_-]{30,100}$/, issue('issue.telegram_token')),
    { placeholder: '123456789:AAE…', secret: true },
  ),
  chatId: field(
    z.string().regex(/^(?:-?\d{1,20}|@[A-Za-z]\w{3,63})$/, issue('issue.telegram_chat')),
    { placeholder: '-1001234567890' },
  ),
  topicId: z.int().min(1).optional(),
  apiUrl: field(serverAddress.clone(), { placeholder: 'https://api.telegram.org' }).optional(),
});
export type TelegramConfig = z.infer<typeof telegramConfig>;

const slackAddress = hookAddress(/(?:^|\.)slack\.com$/, /^\/services\/./, 'issue.slack_webhook');

export const slackConfig = z.strictObject({
  url: field(slackAddress, { placeholder: 'https://hooks.slack.com/services/…', secret: true }),
});
export type SlackConfig = z.infer<typeof slackConfig>;

const mattermostConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://chat.lan/hooks/…', secret: true }),
});
export type MattermostConfig = z.infer<typeof mattermostConfig>;

const teamsAddress = hookAddress(
  /^teams\.(?:microsoft|live)\.com$/,
  /(?!)/,
  'issue.teams_workflow',
);

export const teamsConfig = z.strictObject({
  url: field(teamsAddress, {
    placeholder: 'https://prod-1.westeurope.logic.azure.com/workflows/…',
    secret: true,
  }),
});
export type TeamsConfig = z.infer<typeof teamsConfig>;

const RECIPIENTS_MAX = 50;

/** Plain ASCII addresses with nothing that could end a header or a command. */
const ADDRESSES =
  /^\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+(?:\s*,\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)*\s*$/;

export const smtpConfig = z.strictObject({
  host: field(
    z
      .string()
      .regex(
        /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$/,
        issue('issue.mail_host'),
      )
      .max(253),
    { placeholder: 'smtp.example.org', isHost: true },
  ),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  port: field(z.int().min(1).max(65_535), { placeholder: '587' }).optional(),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, issue('issue.control_characters'))
      .max(320),
    { placeholder: 'belfry@example.org' },
  ).optional(),
  password: field(z.string().min(1).max(1_024), { secret: true }).optional(),
  from: field(z.email(issue('issue.mail_address')).max(254), {
    placeholder: 'belfry@example.org',
  }),
  to: field(
    z
      .string()
      .regex(ADDRESSES, issue('issue.mail_addresses'))
      .max(4_000)
      .refine(
        (text) => text.split(',').length <= RECIPIENTS_MAX,
        issue('issue.mail_addresses_max', { max: String(RECIPIENTS_MAX) }),
      ),
    { placeholder: 'you@example.org, partner@example.org' },
  ),
  certificate: trustedCertificate(),
});
export type SmtpConfig = z.infer<typeof smtpConfig>;

const matrixConfig = z.strictObject({
  homeserver: field(link.clone(), { placeholder: 'https://matrix.example.org' }),
  roomId: field(
    z
      .string()
      .regex(/^![!-~]{1,254}$/, issue('issue.matrix_room'))
      .max(255),
    { placeholder: '!abcdefgh:example.org' },
  ),
  accessToken: field(
    z
      .string()
      .regex(/^[!-~]+$/, issue('issue.matrix_token'))
      .max(2_048),
    { placeholder: 'syt_…', secret: true },
  ),
});
export type MatrixConfig = z.infer<typeof matrixConfig>;

/** A topic's levels, without wildcards and without `$`, which is the broker's own. */
const mqttTopic = () =>
  z
    .string()
    .regex(/^(?!\$)[^\p{Cc}+#/]+(?:\/[^\p{Cc}+#/]+)*$/u, issue('issue.mqtt_topic'))
    .max(100);

/** Returns true for a broker's address without what has its own fields: user, password, path. */
const isPlain = (address: string): boolean => {
  if (!URL.canParse(address)) return true;
  const { username, password, pathname, search, hash } = new URL(address);
  return username === '' && password === '' && /^\/?$/.test(pathname) && `${search}${hash}` === '';
};

export const mqttConfig = z.strictObject({
  url: field(
    z
      .url({ protocol: /^mqtts?$/, ...issue('issue.mqtt_url') })
      .max(LIMITS.urlCharsMax)
      .refine(isPlain, issue('issue.mqtt_plain')),
    { placeholder: 'mqtt://homeassistant.lan:1883' },
  ),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, issue('issue.control_characters'))
      .max(320),
    { placeholder: 'belfry' },
  ).optional(),
  password: field(z.string().min(1).max(1_024), { secret: true }).optional(),
  topic: field(mqttTopic(), { placeholder: 'belfry' }).default('belfry'),
  homeAssistant: z.boolean().default(true),
  discoveryPrefix: field(mqttTopic(), { placeholder: 'homeassistant' }).default('homeassistant'),
  protocol: z.enum(['5', '3.1.1']).default('5'),
  certificate: trustedCertificate(),
});
export type MqttConfig = z.infer<typeof mqttConfig>;

const appriseConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'http://apprise.lan:8000' }),
  key: field(z.string().regex(/^[\w-]{1,128}$/, issue('issue.apprise_key')), {
    placeholder: 'homelab',
    secret: true,
  }),
  tag: field(
    z
      .string()
      .regex(/^[\w., -]+$/, issue('issue.apprise_tags'))
      .max(512),
    { placeholder: 'admin' },
  ).optional(),
});
export type AppriseConfig = z.infer<typeof appriseConfig>;

const desktopConfig = z.strictObject({});
export type DesktopConfig = z.infer<typeof desktopConfig>;

/**
 * Every kind of channel, in the order in which they are offered. Forms, the API's input, what may be
 * shown of a configuration and what an export leaves out are derived from it. Its name and its fields have
 * their messages in the catalogue, by the kind and the field.
 */
export const CHANNEL_KINDS = {
  webhook: { config: webhookConfig },
  ntfy: { config: ntfyConfig },
  gotify: { config: gotifyConfig },
  pushover: { config: pushoverConfig },
  discord: { config: discordConfig },
  telegram: { config: telegramConfig },
  slack: { config: slackConfig },
  mattermost: { config: mattermostConfig },
  teams: { config: teamsConfig },
  smtp: { config: smtpConfig },
  matrix: { config: matrixConfig },
  mqtt: { config: mqttConfig },
  apprise: { config: appriseConfig },
  desktop: { config: desktopConfig },
} as const satisfies Record<string, { readonly config: z.ZodObject }>;

export type ChannelKind = keyof typeof CHANNEL_KINDS;
export const channelKind = z.enum(Object.keys(CHANNEL_KINDS) as [ChannelKind, ...ChannelKind[]]);
