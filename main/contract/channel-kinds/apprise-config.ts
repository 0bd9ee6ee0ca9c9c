import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const appriseConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'http://apprise.lan:8000' }),
  key: field(
    z.string().regex(/^[\w-]{1,128}$/, {
      error: 'must be 1 to 128 letters, digits, underscores and hyphens',
    }),
    { placeholder: 'homelab', secret: true },
  ),
  tag: field(
    z
      .string()
      .regex(/^[\w., -]+$/, { error: 'must be tags, separated by commas (any) or spaces (all)' })
      .max(512),
    { placeholder: 'admin' },
  ).optional(),
});
export type AppriseConfig = z.infer<typeof appriseConfig>;
