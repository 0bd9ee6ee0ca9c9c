import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

export const appriseConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'http://apprise.lan:8000' }),
  key: field(z.string().regex(/^[\w-]{1,128}$/, issue('issue.apprise_key')), {
    placeholder: 'homelab',
    secret: true,
  }),
  tag: field(
    z
      .string()
      .regex(/^[\w., -]+$/, issue('issue.apprise_tags'))
      .max(512),
    { placeholder: 'admin' },
  ).optional(),
});
export type AppriseConfig = z.infer<typeof appriseConfig>;
