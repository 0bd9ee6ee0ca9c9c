import { z } from 'zod';

/** One core of a cluster. */
export const clusterCore = z.strictObject({
  core: z.string(),
  /** The URL at which the others reach it. */
  url: z.string(),
  version: z.string(),
  /** `halted`: it cannot apply what the cluster has written, and says why in its log. */
  state: z.enum(['leading', 'following', 'halted']),
  /** The number of transactions that it lacks. */
  behind: z.int().nonnegative(),
});
export type ClusterCore = z.infer<typeof clusterCore>;

/** The cluster of this core. */
export const clusterStatus = z.strictObject({
  name: z.string(),
  /** The name of the core that answers. */
  core: z.string(),
  /** False while the log of the cluster is not in reach: nothing is accepted and nothing sent then. */
  inReach: z.boolean(),
  /** Every core that has been there lately, by name. */
  cores: z.array(clusterCore),
});
export type ClusterStatus = z.infer<typeof clusterStatus>;
