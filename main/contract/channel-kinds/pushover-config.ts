import { z } from 'zod';
import { field } from '../field.ts';

const key = (what: string) =>
  z.string().regex(/^[A-Za-z0-9]{30}$/, { error: `must be the ${what}: 30 letters and digits` });

export const pushoverConfig = z.strictObject({
  token: field(key('application token'), {
    title: 'Application token',
    help: 'On pushover.net under Your Applications: create one for Belfry and take its API token.',
    secret: true,
  }),
  user: field(key('user or group key'), {
    title: 'User or group key',
    help: 'Shown at the top of pushover.net once you have signed in.',
    secret: true,
  }),
  device: field(
    z.string().regex(/^[A-Za-z0-9_-]{1,25}(,[A-Za-z0-9_-]{1,25}){0,9}$/, {
      error: 'must be names of devices, separated by commas',
    }),
    { title: 'Devices', help: 'Empty means all of them.', placeholder: 'phone,tablet' },
  ).optional(),
  emergency: field(z.boolean(), {
    title: 'Critical alerts repeat until somebody confirms them',
    help: 'Pushover’s emergency priority. It ends by itself when the alert is acknowledged or resolved.',
  }).default(false),
  retrySeconds: field(z.int().min(30).max(10_800), {
    title: 'Repeat every (seconds)',
    help: 'Of an emergency; at least 30.',
  }).default(60),
  expireSeconds: field(z.int().min(30).max(10_800), {
    title: 'Stop repeating after (seconds)',
    help: 'Of an emergency; at most 10,800, which is three hours.',
  }).default(3_600),
});
export type PushoverConfig = z.infer<typeof pushoverConfig>;
