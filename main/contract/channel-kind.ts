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
