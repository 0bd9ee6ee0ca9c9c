import type { z } from 'zod';
import { fieldsOf } from '../contract/field.ts';
import { ENGLISH, type Messages } from '../messages/messages.ts';
import { isRefusedAddress } from './refused-address.ts';

/**
 * Returns the first field of a configuration with an address that sending refuses, and what to do about it;
 * null when there is none. The configuration may lack fields. Names are looked up when sending.
 */
export function refusedAddressIn(
  schema: z.ZodObject,
  config: Readonly<Record<string, unknown>>,
  messages: Messages = ENGLISH,
): { readonly field: string; readonly problem: string } | null {
  for (const { name, control, isHost } of fieldsOf(schema)) {
    const address = config[name];
    if (typeof address !== 'string' || !(isHost ?? control.type === 'url')) continue;
    if (!isRefusedAddress(address)) continue;
    return { field: name, problem: messages.text('problem.address') };
  }
  return null;
}
