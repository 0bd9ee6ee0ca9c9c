import { z } from 'zod';
import { desktopConfig } from './channel-kinds/desktop.ts';
import { gotifyConfig } from './channel-kinds/gotify.ts';
import { ntfyConfig } from './channel-kinds/ntfy.ts';
import { pushoverConfig } from './channel-kinds/pushover.ts';
import { discordConfig } from './channel-kinds/discord.ts';
import { teamsConfig } from './channel-kinds/teams.ts';
import { mattermostConfig } from './channel-kinds/mattermost.ts';
import { slackConfig } from './channel-kinds/slack.ts';
import { telegramConfig } from './channel-kinds/telegram.ts';
import { webhookConfig } from './channel-kinds/webhook.ts';

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
  desktop: {
    title: 'Desktop notification',
    help: 'Shows a notification on the machine that Belfry runs on.',
    config: desktopConfig,
  },
} as const satisfies Record<string, ChannelKindDescription>;

export type ChannelKind = keyof typeof CHANNEL_KINDS;
export const channelKind = z.enum(Object.keys(CHANNEL_KINDS) as [ChannelKind, ...ChannelKind[]]);
