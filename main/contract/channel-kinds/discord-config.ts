import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const discordConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'Webhook URL',
    help: 'In Discord: channel settings → Integrations → Webhooks → New webhook → Copy webhook URL. Kept encrypted, and never shown again.',
    placeholder: 'https://discord.com/api/webhooks/…',
    secret: true,
  }),
  threadId: field(
    z
      .string()
      .regex(/^\d{15,22}$/, { error: 'must be the number that Discord copies as thread ID' }),
    {
      title: 'Thread',
      help: 'Optional, but a forum channel needs it. The ID of a thread: switch on developer mode in Discord, right-click the thread, Copy thread ID.',
      placeholder: '1102534561234567890',
    },
  ).optional(),
});
export type DiscordConfig = z.infer<typeof discordConfig>;
