import { z } from 'zod';
import { field } from '../field.ts';
import { hookAddress } from '../hook-address.ts';
import { issue } from '../reasons/issue-reasons.ts';

const address = hookAddress(
  /(?:^|\.)discord(?:app)?\.com$/,
  /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+\/?$/,
  'issue.discord_webhook',
);

export const discordConfig = z.strictObject({
  url: field(address, { placeholder: 'https://discord.com/api/webhooks/…', secret: true }),
  threadId: field(z.string().regex(/^\d{15,22}$/, issue('issue.discord_thread')), {
    placeholder: '1102534561234567890',
  }).optional(),
});
export type DiscordConfig = z.infer<typeof discordConfig>;
