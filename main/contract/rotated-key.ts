import { z } from 'zod';

export const keyRotationInput = z.object({
  /** Drops the earlier keys: backups made before then no longer open. */
  forgetEarlier: z.boolean().default(false),
});

/** The result of a rotation of the key that encrypts secrets. */
export const keyRotated = z.object({
  /** The number of secrets that were encrypted with the new key. */
  resealed: z.int(),
  /** The number of secrets that no known key opens; they stay as they are. */
  unreadable: z.int(),
  /** The number of earlier keys that are kept, for backups made before. */
  earlierKeys: z.int(),
});
export type KeyRotated = z.infer<typeof keyRotated>;
