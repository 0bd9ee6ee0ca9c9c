import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const slackConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'Webhook URL',
    help: 'At api.slack.com/apps: create an app, switch on Incoming webhooks, Add new webhook to workspace, choose the channel, and copy the address. Kept encrypted, and never shown again.',
    placeholder: 'https://hooks.slack.com/services/…',
    secret: true,
  }),
});
export type SlackConfig = z.infer<typeof slackConfig>;
