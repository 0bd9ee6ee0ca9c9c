import { z } from 'zod';
import { appriseConfig } from './channel-kinds/apprise-config.ts';
import { desktopConfig } from './channel-kinds/desktop-config.ts';
import { matrixConfig } from './channel-kinds/matrix-config.ts';
import { mqttConfig } from './channel-kinds/mqtt-config.ts';
import { smtpConfig } from './channel-kinds/smtp-config.ts';
import { gotifyConfig } from './channel-kinds/gotify-config.ts';
import { ntfyConfig } from './channel-kinds/ntfy-config.ts';
import { pushoverConfig } from './channel-kinds/pushover-config.ts';
import { discordConfig } from './channel-kinds/discord-config.ts';
import { teamsConfig } from './channel-kinds/teams-config.ts';
import { mattermostConfig } from './channel-kinds/mattermost-config.ts';
import { slackConfig } from './channel-kinds/slack-config.ts';
import { telegramConfig } from './channel-kinds/telegram-config.ts';
import { webhookConfig } from './channel-kinds/webhook-config.ts';

export interface ChannelKindDescription {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly help: string;
  readonly config: z.ZodObject;
}

/**
 * Every kind of channel, in the order in which they are offered. Forms, the API's input, what may be
 * shown of a configuration and what an export leaves out are derived from it.
 */
export const CHANNEL_KINDS = {
  webhook: {
    title: 'Webhook',
    help: 'Posts JSON to an address of yours, signed if you give it a secret.',
    config: webhookConfig,
  },
  ntfy: {
    title: 'ntfy',
    help: 'Pushes to phones and browsers through ntfy.sh or your own server, with buttons.',
    config: ntfyConfig,
  },
  gotify: {
    title: 'Gotify',
    help: 'Pushes to phones and browsers through your own Gotify server.',
    config: gotifyConfig,
  },
  pushover: {
    title: 'Pushover',
    help: 'Pushes to phones through pushover.net; critical alerts can repeat until confirmed.',
    config: pushoverConfig,
  },
  discord: {
    title: 'Discord',
    help: 'Writes into a Discord channel by its webhook. The message of an alert turns green when it is over.',
    config: discordConfig,
  },
  telegram: {
    title: 'Telegram',
    help: 'A bot of yours writes into a Telegram chat. What follows on an alert answers its first message.',
    config: telegramConfig,
  },
  slack: {
    title: 'Slack',
    help: 'Writes into a Slack channel by an incoming webhook.',
    config: slackConfig,
  },
  mattermost: {
    title: 'Mattermost',
    help: 'Writes into a Mattermost channel by an incoming webhook.',
    config: mattermostConfig,
  },
  teams: {
    title: 'Microsoft Teams',
    help: 'Posts a card into a channel of Teams by a workflow.',
    config: teamsConfig,
  },
  smtp: {
    title: 'E-mail',
    help: 'Sends mail over an SMTP server. The mails about one alert form a thread.',
    config: smtpConfig,
  },
  matrix: {
    title: 'Matrix',
    help: 'Writes into a room. What comes later about an alert goes into its thread.',
    config: matrixConfig,
  },
  mqtt: {
    title: 'MQTT, Home Assistant',
    help: 'Publishes what happens, and a sensor for each condition that Home Assistant finds by itself.',
    config: mqttConfig,
  },
  apprise: {
    title: 'Apprise',
    help: 'Reaches everything that Apprise knows, by an Apprise API server of yours.',
    config: appriseConfig,
  },
  desktop: {
    title: 'Desktop notification',
    help: 'Shows a notification on the machine that Belfry runs on.',
    config: desktopConfig,
  },
} as const satisfies Record<string, ChannelKindDescription>;

export type ChannelKind = keyof typeof CHANNEL_KINDS;
export const channelKind = z.enum(Object.keys(CHANNEL_KINDS) as [ChannelKind, ...ChannelKind[]]);
