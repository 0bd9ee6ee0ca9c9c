import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const mattermostConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'Webhook URL',
    help: 'In Mattermost: the product menu → Integrations → Incoming webhooks → Add incoming webhook, then copy the address. Kept encrypted, and never shown again.',
    placeholder: 'https://chat.lan/hooks/…',
    secret: true,
  }),
});
export type MattermostConfig = z.infer<typeof mattermostConfig>;
