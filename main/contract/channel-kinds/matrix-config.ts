import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

export const matrixConfig = z.strictObject({
  homeserver: field(link.clone(), { placeholder: 'https://matrix.example.org' }),
  roomId: field(
    z
      .string()
      .regex(/^![!-~]{1,254}$/, issue('issue.matrix_room'))
      .max(255),
    { placeholder: '!abcdefgh:example.org' },
  ),
  accessToken: field(
    z
      .string()
      .regex(/^[!-~]+$/, issue('issue.matrix_token'))
      .max(2_048),
    { placeholder: 'syt_…', secret: true },
  ),
});
export type MatrixConfig = z.infer<typeof matrixConfig>;
