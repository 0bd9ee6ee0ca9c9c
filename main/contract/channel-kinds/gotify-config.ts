import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';

export const gotifyConfig = z.strictObject({
  server: field(serverAddress.clone(), { placeholder: 'https://gotify.example.lan' }),
  token: field(z.string().regex(/^\S{1,200}$/, { error: 'must be one word, as Gotify shows it' }), {
    placeholder: 'A…',
    secret: true,
  }),
});
export type GotifyConfig = z.infer<typeof gotifyConfig>;
