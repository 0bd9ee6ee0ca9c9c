import { z } from 'zod';
import { field } from '../field.ts';
import { hookAddress } from '../hook-address.ts';

const address = hookAddress(
  /(?:^|\.)discord(?:app)?\.com$/,
  /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+\/?$/,
  'must be the address of a webhook, https://discord.com/api/webhooks/… with two parts behind it',
);

export const discordConfig = z.strictObject({
  url: field(address, { placeholder: 'https://discord.com/api/webhooks/…', secret: true }),
  threadId: field(
    z
      .string()
      .regex(/^\d{15,22}$/, { error: 'must be the number that Discord copies as thread ID' }),
    { placeholder: '1102534561234567890' },
  ).optional(),
});
export type DiscordConfig = z.infer<typeof discordConfig>;
