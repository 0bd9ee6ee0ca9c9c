import { sourceOf, senderOf, type SenderId } from '../../main/contract/senders/senders.ts';
import type { Token } from '../../main/contract/system.ts';

/** Returns a name that none of the others has: with a number if it is taken. */
function free(wanted: string, taken: ReadonlySet<string | null>, separator: string): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}${separator}${number}`)) number += 1;
  return `${wanted}${separator}${number}`;
}

/**
 * Returns the token to make for a sender. Its source is one that no other token has, so that what arrives
 * with that source came by this token.
 */
export const tokenFor = (id: SenderId, tokens: readonly Token[]) => ({
  name: free(senderOf(id).name, new Set(tokens.map(({ name }) => name)), ' '),
  scope: 'ingest' as const,
  source: free(sourceOf(id), new Set(tokens.map(({ source }) => source)), '-'),
});

/** Returns the newest token that was made for a sender; undefined if there is none. */
export function newestTokenOf(id: SenderId, tokens: readonly Token[]): Token | undefined {
  const ofSender = new RegExp(`^${sourceOf(id)}(?:-\\d+)?$`);
  return tokens
    .filter(({ source }) => source !== null && ofSender.test(source))
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
}
