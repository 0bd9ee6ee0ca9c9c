import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

export const ntfyConfig = z
  .strictObject({
    server: field(serverAddress, { placeholder: 'https://ntfy.sh' }).default('https://ntfy.sh'),
    topic: field(z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, issue('issue.ntfy_topic')), {
      placeholder: 'belfry-x7Kq2mWz',
      secret: true,
    }),
    token: field(z.string().regex(/^\S{1,200}$/, issue('issue.ntfy_token')), {
      placeholder: 'tk_…',
      secret: true,
    }).optional(),
    user: z.string().min(1).max(100).optional(),
    password: field(z.string().min(1).max(200), { secret: true }).optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    ...issue('issue.user_and_password'),
  });
export type NtfyConfig = z.infer<typeof ntfyConfig>;
