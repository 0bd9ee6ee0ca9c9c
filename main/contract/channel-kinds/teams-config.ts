import { z } from 'zod';
import { field } from '../field.ts';
import { hookAddress } from '../hook-address.ts';

const address = hookAddress(/^teams\.(?:microsoft|live)\.com$/, /(?!)/, 'issue.teams_workflow');

export const teamsConfig = z.strictObject({
  url: field(address, {
    placeholder: 'https://prod-1.westeurope.logic.azure.com/workflows/…',
    secret: true,
  }),
});
export type TeamsConfig = z.infer<typeof teamsConfig>;
