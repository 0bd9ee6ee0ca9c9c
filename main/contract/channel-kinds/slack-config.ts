import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const slackConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://hooks.slack.com/services/…', secret: true }),
});
export type SlackConfig = z.infer<typeof slackConfig>;
