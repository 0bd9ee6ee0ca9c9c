import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';

export const ntfyConfig = z
  .strictObject({
    server: field(serverAddress, {
      title: 'Server',
      help: 'The public one, or your own.',
      placeholder: 'https://ntfy.sh',
    }).default('https://ntfy.sh'),
    topic: field(
      z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, {
        error: 'must be 1 to 64 letters, digits, hyphens or underscores',
      }),
      {
        title: 'Topic',
        help: 'What your phone subscribes to. On a server without accounts whoever knows the name can read along, so choose one that nobody guesses; it is kept like a password.',
        placeholder: 'belfry-x7Kq2mWz',
        secret: true,
      },
    ),
    token: field(
      z.string().regex(/^\S{1,200}$/, {
        error: 'must be one word, as ntfy shows it',
      }),
      {
        title: 'Access token',
        help: 'For a protected topic. In ntfy under Account → Access tokens, or “ntfy token add”.',
        placeholder: 'tk_…',
        secret: true,
      },
    ).optional(),
    user: field(z.string().min(1).max(100), {
      title: 'User',
      help: 'Only without an access token.',
    }).optional(),
    password: field(z.string().min(1).max(200), {
      title: 'Password',
      help: 'Of that user.',
      secret: true,
    }).optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    error: 'must go together with the user',
  });
export type NtfyConfig = z.infer<typeof ntfyConfig>;
