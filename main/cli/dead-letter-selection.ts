import type { NotificationSelection } from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { renderGroup } from '../messages/reasons.ts';
import { optionalChannelIdOf } from './channel-name.ts';
import { safeLine } from './output/safe-text.ts';
import type { Session } from './session.ts';

export interface SelectionFlags {
  readonly group?: string;
  readonly channel?: string;
  readonly search?: string;
  /** True: only those whose alert has closed since; false: only the others; undefined: both. */
  readonly obsolete?: boolean;
  readonly all?: true;
  /** Includes obsolete ones in a requeue of a group or by a filter. */
  readonly includeObsolete?: true;
  /** One message for each channel instead of one for each dead letter. */
  readonly summary?: true;
  readonly yes?: true;
  readonly wait: boolean;
}

export interface Selection {
  readonly given: NotificationSelection;
  /** The criteria, for the question that is asked first. */
  readonly details: readonly string[];
  /** Their number; null when it is not known beforehand. */
  readonly count: number | null;
}

/** Returns the dead letters that a command line means: ids, one group, or all that the filter finds. Exactly one of the three. */
export async function selectionOf(
  session: Session,
  ids: readonly string[],
  flags: SelectionFlags,
): Promise<Result<Selection>> {
  const { messages } = session;
  const { group, channel, search, obsolete, all } = flags;
  const filters = [channel, search, obsolete].some((it) => it !== undefined);
  const ways = [ids.length > 0, group !== undefined, filters || all === true];
  if (ways.filter(Boolean).length !== 1) {
    return fail('invalid_input', messages.text('cli.selection.oneWay'));
  }
  if (all === true && filters) {
    return fail('invalid_input', messages.text('cli.selection.allAlone'));
  }
  if (ids.length > 0) return ok({ given: { ids: [...ids] }, details: [], count: ids.length });
  if (group !== undefined) return groupSelection(session, group);
  return filterSelection(session, flags);
}

async function groupSelection(
  { client, messages }: Session,
  key: string,
): Promise<Result<Selection>> {
  const answer = await client.call('deadLetters.groups', {});
  if (!answer.ok) return answer;
  const group = answer.value.groups.find((it) => it.key === key);
  if (!group) {
    return fail('not_found', messages.text('cli.selection.noGroup'));
  }
  const details = [
    messages.text('cli.selection.channel', { name: safeLine(group.channelName) }),
    messages.text('cli.selection.cause', {
      cause: safeLine(renderGroup(messages, group)),
    }),
  ];
  return ok({ given: { group: key }, details, count: group.count });
}

async function filterSelection(
  session: Session,
  flags: SelectionFlags,
): Promise<Result<Selection>> {
  const { client, messages } = session;
  const { channel, search, obsolete } = flags;
  const channelId = await optionalChannelIdOf(session, channel);
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
  const details = [
    ...(channel === undefined
      ? []
      : [messages.text('cli.selection.channel', { name: safeLine(channel) })]),
    ...(obsolete === undefined
      ? []
      : [messages.text(`cli.selection.${obsolete ? 'onlyObsolete' : 'onlyCurrent'}`)]),
    ...(search === undefined
      ? []
      : [messages.text('cli.selection.search', { text: safeLine(search) })]),
  ];
  return ok({
    given: { filter: { channelId: channelId.value, q: search, obsolete } },
    details,
    // Only the server can search.
    count: search === undefined ? count : null,
  });
}
