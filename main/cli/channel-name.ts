import { id } from '../contract/primitives.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { safeLine } from './output/safe-text.ts';
import type { Session } from './session.ts';

/** Returns the id of the channel that a person names, by its id or its name in any case. */
export async function channelIdOf(
  { client, messages }: Session,
  word: string,
): Promise<Result<string>> {
  if (id.safeParse(word).success) return ok(word);
  const channels = await client.call('channels.list', {});
  if (!channels.ok) return channels;
  const { items } = channels.value;
  const wanted = word.toLowerCase();
  const found =
    items.find(({ name }) => name === word) ??
    items.find(({ name }) => name.toLowerCase() === wanted);
  if (found) return ok(found.id);
  const known =
    items.length === 0 ? 'none' : messages.list(items.map(({ name }) => safeLine(name)));
  return fail('not_found', messages.text('cli.channels.unknown', { name: word, known }));
}

/** The same for an option that may be left out. */
export async function optionalChannelIdOf(
  session: Session,
  word: string | undefined,
): Promise<Result<string | undefined>> {
  return word === undefined ? ok(undefined) : channelIdOf(session, word);
}
