import { z } from 'zod';
import { field } from '../field.ts';
import { hookAddress } from '../hook-address.ts';

const address = hookAddress(/(?:^|\.)slack\.com$/, /^\/services\/./, 'issue.slack_webhook');

export const slackConfig = z.strictObject({
  url: field(address, { placeholder: 'https://hooks.slack.com/services/…', secret: true }),
});
export type SlackConfig = z.infer<typeof slackConfig>;
