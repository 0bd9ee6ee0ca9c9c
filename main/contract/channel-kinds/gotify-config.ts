import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';

export const gotifyConfig = z.strictObject({
  server: field(serverAddress.clone(), {
    title: 'Server',
    help: 'Your Gotify, with its path if it has one.',
    placeholder: 'https://gotify.example.lan',
  }),
  token: field(z.string().regex(/^\S{1,200}$/, { error: 'must be one word, as Gotify shows it' }), {
    title: 'Application token',
    help: 'In Gotify under Apps: create an application and take its token. A client token does not work.',
    placeholder: 'A…',
    secret: true,
  }),
});
export type GotifyConfig = z.infer<typeof gotifyConfig>;
