import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const webhookConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'URL',
    help: 'Kept encrypted, and never shown again, since such addresses often carry credentials.',
    placeholder: 'https://example.lan/hook',
    secret: true,
  }),
  secret: field(
    z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, {
      error: 'must be whsec_ followed by 24 to 64 bytes in base64',
    }),
    {
      title: 'Signing secret',
      help: 'Optional. The receiver checks the signature with it (Standard Webhooks).',
      placeholder: 'whsec_…',
      secret: true,
      generates: 'webhook_secret',
    },
  ).optional(),
});
export type WebhookConfig = z.infer<typeof webhookConfig>;
