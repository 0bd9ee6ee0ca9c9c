import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const mattermostConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://chat.lan/hooks/…', secret: true }),
});
export type MattermostConfig = z.infer<typeof mattermostConfig>;
