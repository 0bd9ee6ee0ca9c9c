import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const discordConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://discord.com/api/webhooks/…', secret: true }),
  threadId: field(
    z
      .string()
      .regex(/^\d{15,22}$/, { error: 'must be the number that Discord copies as thread ID' }),
    { placeholder: '1102534561234567890' },
  ).optional(),
});
export type DiscordConfig = z.infer<typeof discordConfig>;
