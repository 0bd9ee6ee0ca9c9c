import { z } from 'zod';
import { field } from '../field.ts';

const key = (what: string) =>
  z.string().regex(/^[A-Za-z0-9]{30}$/, { error: `must be the ${what}: 30 letters and digits` });

export const pushoverConfig = z.strictObject({
  token: field(key('application token'), { secret: true }),
  user: field(key('user or group key'), { secret: true }),
  device: field(
    z.string().regex(/^[A-Za-z0-9_-]{1,25}(,[A-Za-z0-9_-]{1,25}){0,9}$/, {
      error: 'must be names of devices, separated by commas',
    }),
    { placeholder: 'phone,tablet' },
  ).optional(),
  emergency: z.boolean().default(false),
  retrySeconds: z.int().min(30).max(10_800).default(60),
  expireSeconds: z.int().min(30).max(10_800).default(3_600),
});
export type PushoverConfig = z.infer<typeof pushoverConfig>;
