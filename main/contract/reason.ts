import { z } from 'zod';
import { failureReasons } from './reasons/failure.ts';
import { reasonOf } from './reasons/family.ts';
import { holdReasons } from './reasons/hold.ts';

/**
 * Every reason that Belfry stores and gives: a code with its parameters, from which each reader makes
 * a sentence in its own language (`renderReason`). Sentences are never stored or compared.
 *
 * Parameters are strings, integers, booleans, lists of strings, or a reason within the sentence. Their
 * names say how they are written: `until` and `…At` are moments in ms UTC, `…Ms` lengths of time,
 * `event` and `severity` are labels.
 */
export const reasons = { ...failureReasons, ...holdReasons };

export const reason = reasonOf(reasons);
export type Reason = z.infer<typeof reason>;
export type ReasonCode = Reason['code'];
