import { z } from 'zod';
import { reasonOf } from './reason-family.ts';

/** Reasons why a desktop does not reach a core, or refuses a change to its list of cores. */
export const coreReasons = {
  'core.unreachable': { error: z.string() },
  'core.not_belfry': {},
  'core.other_version': {},
  'core.token_refused': {},
  'core.token_scope': {},
  'core.token_sealed': {},
  'core.certificate_unknown': {},
  'core.certificate_changed': {},
  'core.certificate_unreadable': {},
  'core.certificate_refused': { error: z.string() },
  'core.certificate_other': {},
  'core.off': {},
  'core.local_failed': { error: z.string() },
  'core.unknown': {},
  'core.last': {},
  'core.name_taken': { name: z.string() },
  'core.too_many': { max: z.int() },
  'core.list_damaged': { path: z.string() },
  'core.list_unsaved': { error: z.string() },
} as const;
export const coreReason = reasonOf(coreReasons);
export type CoreReason = z.infer<typeof coreReason>;
