import type { NotificationSelection } from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { channelIdOf } from './channel-name.ts';
import { safeLine } from './output/safe-text.ts';
import type { Caller } from './session.ts';

export interface SelectionFlags {
  readonly group?: string;
  readonly channel?: string;
  readonly search?: string;
  /** True only old news, false only what is still true; undefined both. */
  readonly obsolete?: boolean;
  readonly all?: true;
  /** A requeue of a group or by a filter sends obsolete ones, too. */
  readonly includeObsolete?: true;
  /** One message for each channel instead of one for each dead letter. */
  readonly summary?: true;
  readonly yes?: true;
  readonly wait: boolean;
}

export interface Selection {
  readonly given: NotificationSelection;
  /** What a person is asked about, such as `Discard 3 dead letters of channel Pager?`. */
  readonly words: string;
  /** How many there are at present; null when that is not known beforehand. */
  readonly count: number | null;
}

/** Which dead letters a command line means: ids, one group, or all that the filter finds. Exactly one of the three. */
export async function selectionOf(
  client: Caller,
  ids: readonly string[],
  flags: SelectionFlags,
): Promise<Result<Selection>> {
  const { group, channel, search, obsolete, all } = flags;
  const filters = [channel, search, obsolete].some((it) => it !== undefined);
  const ways = [ids.length > 0, group !== undefined, filters || all === true];
  if (ways.filter(Boolean).length !== 1) {
    return fail(
      'invalid_input',
      'Name dead letters by their ids, or by --group, or by --channel, --search and --obsolete, or --all; one way at a time.',
    );
  }
  if (all === true && filters) {
    return fail('invalid_input', '--all is every dead letter: leave out the other options.');
  }
  if (ids.length > 0) return ok({ given: { ids: [...ids] }, words: '', count: ids.length });
  if (group !== undefined) return groupSelection(client, group);
  return filterSelection(client, flags);
}

async function groupSelection(client: Caller, key: string): Promise<Result<Selection>> {
  const answer = await client.call('deadLetters.groups', {});
  if (!answer.ok) return answer;
  const group = answer.value.groups.find((it) => it.key === key);
  if (!group) {
    return fail(
      'not_found',
      'There is no such group of dead letters (any more); belfry dead-letters groups lists them.',
    );
  }
  const words = `of channel ${safeLine(group.channelName)} with the cause "${safeLine(group.cause)}"`;
  return ok({ given: { group: key }, words, count: group.count });
}

async function filterSelection(client: Caller, flags: SelectionFlags): Promise<Result<Selection>> {
  const { channel, search, obsolete } = flags;
  const channelId = channel === undefined ? ok(undefined) : await channelIdOf(client, channel);
  if (!channelId.ok) return channelId;
  const answer = await client.call('deadLetters.groups', {});
  if (!answer.ok) return answer;
  const groups = answer.value.groups.filter(
    (group) => channelId.value === undefined || group.channelId === channelId.value,
  );
  const count = groups.reduce((sum, group) => {
    if (obsolete === undefined) return sum + group.count;
    return sum + (obsolete ? group.obsolete : group.count - group.obsolete);
  }, 0);
  const words = [
    channel === undefined ? null : `of channel ${safeLine(channel)}`,
    obsolete === undefined ? null : `that are ${obsolete ? 'obsolete' : 'still current'}`,
    search === undefined ? null : `with "${safeLine(search)}" in them`,
  ];
  return ok({
    given: { filter: { channelId: channelId.value, q: search, obsolete } },
    words: words.filter((word) => word !== null).join(' '),
    // Only the server can search.
    count: search === undefined ? count : null,
  });
}
