import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const appriseConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'Apprise API',
    help: 'The address of the Apprise API server, without /notify.',
    placeholder: 'http://apprise.lan:8000',
  }),
  key: field(
    z.string().regex(/^[\w-]{1,128}$/, {
      error: 'must be 1 to 128 letters, digits, underscores and hyphens',
    }),
    {
      title: 'Configuration key',
      help: 'The name under which the server keeps the addresses to notify. Who knows it can use them, so it is kept secret.',
      placeholder: 'homelab',
      secret: true,
    },
  ),
  tag: field(
    z
      .string()
      .regex(/^[\w., -]+$/, { error: 'must be tags, separated by commas (any) or spaces (all)' })
      .max(512),
    {
      title: 'Tags',
      help: 'Optional. Notifies only the addresses with these tags: a comma means or, a space means and.',
      placeholder: 'admin',
    },
  ).optional(),
});
export type AppriseConfig = z.infer<typeof appriseConfig>;
