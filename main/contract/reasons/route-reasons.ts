import { z } from 'zod';
import { reasonOf } from './reason-family.ts';

/** Reasons why a route, or one of its steps, notifies no one. */
export const routeReasons = {
  'route.no_channel': {},
  /** Every channel is disabled or deleted. */
  'route.channels_unusable': {},
  /** Every channel of an escalation step is; steps count from 1. */
  'route.step_unusable': { step: z.int() },
} as const;

export const routeReason = reasonOf(routeReasons);
export type RouteReason = z.infer<typeof routeReason>;
