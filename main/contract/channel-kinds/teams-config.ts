import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const teamsConfig = z.strictObject({
  url: field(link.clone(), {
    placeholder: 'https://prod-1.westeurope.logic.azure.com/workflows/…',
    secret: true,
  }),
});
export type TeamsConfig = z.infer<typeof teamsConfig>;
