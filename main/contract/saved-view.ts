import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { id, name, search, timestampMs } from './primitives.ts';

/** The parameters of the alert view's address. The window reads each value as it reads an address. */
const params = z.strictObject({
  tab: z.string().max(20).optional(),
  q: search.optional(),
  group: z.string().max(LIMITS.labelNameCharsMax).optional(),
  sort: z.string().max(20).optional(),
});

export const savedViewInput = z.strictObject({ name, params });
export const savedViewUpdate = savedViewInput.extend({ id });

export const savedView = savedViewInput.extend({
  id,
  createdAt: timestampMs,
  updatedAt: timestampMs,
});
export type SavedView = z.infer<typeof savedView>;
