import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const matrixConfig = z.strictObject({
  homeserver: field(link.clone(), {
    title: 'Homeserver',
    help: 'The address of the server itself, as in the settings of your client under Help & About; not that of a web client.',
    placeholder: 'https://matrix.example.org',
  }),
  roomId: field(
    z
      .string()
      .regex(/^![!-~]{1,254}$/, { error: 'must be a room ID, which begins with !' })
      .max(255),
    {
      title: 'Room ID',
      help: 'In Element: the room’s settings, Advanced, Internal room ID. The account must have joined the room.',
      placeholder: '!abcdefgh:example.org',
    },
  ),
  accessToken: field(
    z
      .string()
      .regex(/^[!-~]+$/, { error: 'must be an access token, without any space' })
      .max(2_048),
    {
      title: 'Access token',
      help: 'Of an account of its own for Belfry. In Element: All settings, Help & About, Access token; then close the window without signing out, which would end it.',
      placeholder: 'syt_…',
      secret: true,
    },
  ),
});
export type MatrixConfig = z.infer<typeof matrixConfig>;
