import { z } from 'zod';
import { field } from '../field.ts';
import { issue } from '../reasons/issue-reasons.ts';

const key = (code: 'issue.pushover_token' | 'issue.pushover_user') =>
  z.string().regex(/^[A-Za-z0-9]{30}$/, issue(code));

export const pushoverConfig = z.strictObject({
  token: field(key('issue.pushover_token'), { secret: true }),
  user: field(key('issue.pushover_user'), { secret: true }),
  device: field(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,25}(,[A-Za-z0-9_-]{1,25}){0,9}$/, issue('issue.pushover_devices')),
    { placeholder: 'phone,tablet' },
  ).optional(),
  emergency: z.boolean().default(false),
  retrySeconds: z.int().min(30).max(10_800).default(60),
  expireSeconds: z.int().min(30).max(10_800).default(3_600),
});
export type PushoverConfig = z.infer<typeof pushoverConfig>;
