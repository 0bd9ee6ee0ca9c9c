import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const matrixConfig = z.strictObject({
  homeserver: field(link.clone(), { placeholder: 'https://matrix.example.org' }),
  roomId: field(
    z
      .string()
      .regex(/^![!-~]{1,254}$/, { error: 'must be a room ID, which begins with !' })
      .max(255),
    { placeholder: '!abcdefgh:example.org' },
  ),
  accessToken: field(
    z
      .string()
      .regex(/^[!-~]+$/, { error: 'must be an access token, without any space' })
      .max(2_048),
    { placeholder: 'syt_…', secret: true },
  ),
});
export type MatrixConfig = z.infer<typeof matrixConfig>;
