import { z } from 'zod';
import { field } from '../field.ts';
import { hookAddress } from '../hook-address.ts';

const address = hookAddress(
  /^teams\.(?:microsoft|live)\.com$/,
  /(?!)/,
  'must be the address of a workflow, not that of a page in Teams',
);

export const teamsConfig = z.strictObject({
  url: field(address, {
    placeholder: 'https://prod-1.westeurope.logic.azure.com/workflows/…',
    secret: true,
  }),
});
export type TeamsConfig = z.infer<typeof teamsConfig>;
