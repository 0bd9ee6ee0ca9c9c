import { z } from 'zod';
import { timestampMs } from './primitives.ts';
import { SETTINGS } from './settings.ts';

const { flappingEnabled, flappingThreshold, flappingWindowSeconds, flappingCooldownMinutes } =
  SETTINGS;

/** Other numbers; those that are left out are as they are set. */
export const flapPreviewInput = z.strictObject({
  flappingEnabled: flappingEnabled.schema.optional(),
  flappingThreshold: flappingThreshold.schema.optional(),
  flappingWindowSeconds: flappingWindowSeconds.schema.optional(),
  flappingCooldownMinutes: flappingCooldownMinutes.schema.optional(),
});
export type FlapPreviewInput = z.infer<typeof flapPreviewInput>;

/** The result of flapping settings for the changes that were examined. */
export const flapOutcome = z.object({
  /** Alerts that flapped, by identity: source, host, kind and dedup key. */
  alerts: z.int(),
  /** The number of times that any of them began to flap. */
  episodes: z.int(),
  /** Changes without a notification, since the alert was flapping. */
  held: z.int(),
});
export type FlapOutcome = z.infer<typeof flapOutcome>;

export const flapPreview = z.object({
  /** The start of the examined changes: 7 days ago, or later if `isPartial`. */
  since: timestampMs,
  /** Changes between firing and resolved that senders reported since. */
  changes: z.int(),
  /** True if there is more history than is looked at. */
  isPartial: z.boolean(),
  current: flapOutcome,
  proposed: flapOutcome,
});
export type FlapPreview = z.infer<typeof flapPreview>;
