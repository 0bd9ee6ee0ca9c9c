import { z } from 'zod';
import { timestampMs } from './primitives.ts';

/** One core of a cluster. */
export const clusterCore = z.strictObject({
  core: z.string(),
  /** The URL at which the others reach it. */
  url: z.string(),
  version: z.string(),
  /** `halted`: it cannot apply what the cluster has written, and says why in its log. `missing`: it says nothing. */
  state: z.enum(['leading', 'following', 'halted', 'missing']),
  /** The number of transactions that it lacks, as it said last. */
  behind: z.int().nonnegative(),
  missingSince: timestampMs.nullable(),
});
export type ClusterCore = z.infer<typeof clusterCore>;

/** With less the others have not heard of each other's latest, rather than that one is behind. */
const BEHIND_MIN = 1_000;

/** Returns true for a core that could lead now. */
export const isInStep = ({ state, behind }: ClusterCore): boolean =>
  state === 'leading' || (state === 'following' && behind < BEHIND_MIN);

/** The cluster of this core. */
export const clusterStatus = z.strictObject({
  name: z.string(),
  /** The name of the core that answers. */
  core: z.string(),
  /** False while the log of the cluster is not in reach: nothing is accepted and nothing sent then. */
  inReach: z.boolean(),
  /** Every core that has been there since this one was started, by name. */
  cores: z.array(clusterCore),
});
export type ClusterStatus = z.infer<typeof clusterStatus>;
