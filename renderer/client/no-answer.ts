import type { Failure } from '../../main/contract/result.ts';
import { text } from '../messages/text.svelte.ts';

/** Returns the result of a request that the host did not answer; the browser's reason is for developers only. */
export const noAnswer = (error: unknown): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: {
    code: 'unavailable',
    message: text('client.noAnswer'),
    details: { reason: error instanceof Error ? error.message : String(error) },
  },
});
