import { z } from 'zod';
import { reasonOf } from './family.ts';

const actor = z.string();

/** What somebody did to a heartbeat, on its timeline. */
export const heartbeatReasons = {
  'heartbeat.created': { actor },
  /** Its schedule or grace is another one. */
  'heartbeat.expectation_changed': { actor },
  'heartbeat.paused': { actor },
  'heartbeat.resumed': { actor },
} as const;

export const heartbeatReason = reasonOf(heartbeatReasons);
export type HeartbeatReason = z.infer<typeof heartbeatReason>;
