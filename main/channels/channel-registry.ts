import type { Severity } from '../contract/primitives.ts';
import type { ChannelKind } from '../contract/channel-kind.ts';
import type { ChannelAdapter } from './channel-adapter.ts';
import { createApprise } from './apprise.ts';
import { createDesktop } from './desktop.ts';
import type { DesktopNotifier } from './desktop-notifier.ts';
import { createGotify } from './gotify.ts';
import type { HttpClient } from './http-client.ts';
import { createMatrix } from './matrix.ts';
import { createMqtt } from './mqtt.ts';
import { createSmtp } from './smtp.ts';
import { createNtfy } from './ntfy.ts';
import { createPushover } from './pushover.ts';
import { createDiscord } from './discord.ts';
import { createTeams } from './teams.ts';
import { createMattermost } from './mattermost.ts';
import { createSlack } from './slack.ts';
import { createTelegram } from './telegram.ts';
import { createWebhook } from './webhook.ts';

/**
 * Every kind of channel; exhaustive, so that a missing one does not compile. An adapter only ever
 * meets configurations that its own schema accepted, which the queue cannot express in types.
 */
export const createAdapters = (
  send: HttpClient,
  desktop: DesktopNotifier,
  soundOf: (severity: Severity | null) => Severity | null,
  markOfMails: () => string,
): { readonly [K in ChannelKind]: ChannelAdapter<unknown> } => ({
  webhook: createWebhook(send),
  smtp: createSmtp(markOfMails),
  matrix: createMatrix(send),
  mqtt: createMqtt(),
  apprise: createApprise(send),
  ntfy: createNtfy(send),
  gotify: createGotify(send),
  pushover: createPushover(send),
  discord: createDiscord(send),
  telegram: createTelegram(send),
  teams: createTeams(send),
  mattermost: createMattermost(send),
  slack: createSlack(send),
  desktop: createDesktop(desktop, soundOf),
});
