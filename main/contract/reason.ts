import type { z } from 'zod';
import { auditReasons } from './reasons/audit-reasons.ts';
import { coreReasons } from './reasons/core-reasons.ts';
import { errorReasons } from './reasons/error-reasons.ts';
import { eventReasons } from './reasons/event-reasons.ts';
import { explanationReasons } from './reasons/explanation-reasons.ts';
import { failureReasons } from './reasons/failure-reasons.ts';
import { reasonOf } from './reasons/reason-family.ts';
import { alertReasons, heartbeatReasons, withheldReasons } from './reasons/heartbeat-reasons.ts';
import { holdReasons } from './reasons/hold-reasons.ts';
import { hostReasons } from './reasons/host-reasons.ts';
import { noteReasons } from './reasons/note-reasons.ts';
import { routeReasons } from './reasons/route-reasons.ts';

/**
 * Every reason that Belfry stores and gives: a code with its parameters, from which each reader makes
 * a sentence in its own language (`renderReason`). Sentences are never stored or compared.
 *
 * Parameters are strings, integers, booleans, lists of strings, a reason within the sentence, or the facts
 * of a `recovery`. Their names say how they are written: `until` and `…At` are moments in ms UTC, `…Ms` lengths of time,
 * `event`, `severity…` and `settings` are labels, `bytes` and `…Bytes` are sizes,
 * `quoted…` are lists in quotation marks.
 */
export const reasons = {
  ...failureReasons,
  ...holdReasons,
  ...explanationReasons,
  ...eventReasons,
  ...auditReasons,
  ...alertReasons,
  ...heartbeatReasons,
  ...withheldReasons,
  ...routeReasons,
  ...hostReasons,
  ...errorReasons,
  ...noteReasons,
  ...coreReasons,
};

export const reason = reasonOf(reasons);
export type Reason = z.infer<typeof reason>;
