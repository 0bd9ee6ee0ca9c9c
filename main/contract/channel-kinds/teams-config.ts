import { z } from 'zod';
import { field } from '../field.ts';
import { link } from '../primitives.ts';

export const teamsConfig = z.strictObject({
  url: field(link.clone(), {
    title: 'Webhook URL',
    help: 'In Teams: the menu of the channel → Workflows → “Send webhook alerts to a channel”, then copy the address. Kept encrypted, and never shown again.',
    placeholder: 'https://prod-1.westeurope.logic.azure.com/workflows/…',
    secret: true,
  }),
});
export type TeamsConfig = z.infer<typeof teamsConfig>;
