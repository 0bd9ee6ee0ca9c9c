import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

export const gotifyConfig = z.strictObject({
  server: field(serverAddress.clone(), { placeholder: 'https://gotify.example.lan' }),
  token: field(z.string().regex(/^\S{1,200}$/, issue('issue.gotify_token')), {
    placeholder: 'A…',
    secret: true,
  }),
});
export type GotifyConfig = z.infer<typeof gotifyConfig>;
