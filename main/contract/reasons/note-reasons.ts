import { z } from 'zod';
import { reasonOf } from './reason-family.ts';

/** Notes about an imported entry, for the person who imports it. */
export const noteReasons = {
  'note.ping_address': {},
  'note.lacks': { fields: z.array(z.string()) },
  'note.cancels': { count: z.int() },
} as const;
export const noteReason = reasonOf(noteReasons);
export type NoteReason = z.infer<typeof noteReason>;
