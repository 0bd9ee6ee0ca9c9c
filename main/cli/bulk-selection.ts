import { failureClass } from '../contract/failure-class.ts';
import {
  notificationEvent,
  type BulkJob,
  type DeadLetterFilter,
  type NotificationSelection,
  type NotificationStatus,
  type RequeueSelection,
} from '../contract/notification.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import { renderGroup } from '../messages/reasons.ts';
import { follow } from './bulk-progress.ts';
import type { Flags } from './command.ts';
import {
  optionalChannelIdOf,
  answer,
  confirmed,
  type CommandResult,
  type Session,
} from './session.ts';
import { localTime, sentence } from './output/look.ts';
import { safeLine } from './output/safe-text.ts';

/** The options that narrow notifications down, here and in lists. */
export const NARROWING = {
  '--channel <name>': {},
  '--event <event>': { oneOf: notificationEvent.options },
  '--cause <cause>': { oneOf: failureClass.options },
  '--from <time>': {},
  '--to <time>': {},
  '--search <text>': {},
} as const;
/** Those that only dead letters have. */
export const OBSOLETE = { '--obsolete': {}, '--no-obsolete': {} } as const;
const BULK = { '--all': {}, '-y, --yes': {}, '--no-wait': {} } as const;
export const RETRY_OPTIONS = {
  '--channel <name>': {},
  '--search <text>': {},
  '--alert <id>': {},
  ...BULK,
} as const;
export const DISCARD_OPTIONS = {
  '--group <key>': {},
  ...NARROWING,
  ...OBSOLETE,
  ...BULK,
} as const;
export const REQUEUE_OPTIONS = {
  '--include-obsolete': {},
  '--summary': {},
  '--through <channel>': {},
  ...DISCARD_OPTIONS,
} as const;

type SelectionFlags = Partial<Flags<typeof REQUEUE_OPTIONS & typeof RETRY_OPTIONS>> &
  Flags<typeof BULK>;

interface Selection {
  readonly given: NotificationSelection;
  /** The criteria, for the question that is asked first. */
  readonly details: readonly string[];
}

interface Size {
  readonly count: number;
  readonly details: readonly string[];
}

interface Work {
  readonly name: 'requeue' | 'discard' | 'retry';
  one(session: Session, id: string): Promise<CommandResult>;
  many(
    session: Session,
    given: NotificationSelection,
    flags: SelectionFlags,
  ): Promise<Result<BulkJob>>;
  /** Returns how many notifications a group or filter is about, and further details for the question. */
  sizeOf(
    session: Session,
    given: NotificationSelection,
    flags: SelectionFlags,
  ): Promise<Result<Size>>;
  /** The number of notifications of a group or filter that need no confirmation. */
  readonly unaskedMax: number;
}

/** More notifications than this need a confirmation, even when each was named. */
const UNASKED_MAX = 20;

const requeueOf = (
  given: NotificationSelection,
  { includeObsolete, summary }: SelectionFlags,
): RequeueSelection => ({
  ...given,
  ...(includeObsolete && { includeObsolete }),
  ...(summary && { asSummary: true }),
});

/** Returns the filter that options mean; empty where none was given. */
export async function filterOf(
  session: Session,
  flags: Pick<
    SelectionFlags,
    'channel' | 'event' | 'cause' | 'from' | 'to' | 'search' | 'obsolete'
  >,
): Promise<Result<DeadLetterFilter>> {
  const channelId = await optionalChannelIdOf(session, flags.channel);
  if (!channelId.ok) return channelId;
  const { event, cause, from, to, search, obsolete } = flags;
  const filter = {
    ...{ channelId: channelId.value, event, failureClass: cause, obsolete, q: search },
    ...{ diedFrom: from, diedTo: to },
  };
  return ok(Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));
}

export const REQUEUE: Work = {
  name: 'requeue',
  unaskedMax: 0,
  one: async (session, id) =>
    answer(session, await session.client.call('notifications.requeue', { id }), () =>
      session.messages.text('cli.deadLetters.requeue.done', { id }),
    ),
  async many(session, given, flags) {
    const toChannelId = await optionalChannelIdOf(session, flags.through);
    if (!toChannelId.ok) return toChannelId;
    return session.client.call('notifications.requeueMany', {
      ...requeueOf(given, flags),
      ...(toChannelId.value !== undefined && { toChannelId: toChannelId.value }),
    });
  },
  async sizeOf({ client, messages }, given, flags) {
    const { asSummary, ...selection } = requeueOf(given, flags);
    const preview = await client.call('notifications.previewRequeue', selection);
    if (!preview.ok) return preview;
    const { total, skipped, summaries } = preview.value;
    const details = [
      ...(skipped === 0 ? [] : [messages.text('cli.selection.skips', { count: skipped })]),
      ...(asSummary ? [messages.text('cli.selection.asMessages', { count: summaries })] : []),
    ];
    return ok({ count: total, details });
  },
};

export const DISCARD: Work = {
  name: 'discard',
  unaskedMax: 0,
  one: async (session, id) =>
    answer(session, await session.client.call('notifications.discard', { id }), () =>
      session.messages.text('cli.deadLetters.discard.done', { id }),
    ),
  many: ({ client }, given) => client.call('notifications.discardMany', given),
  async sizeOf({ client }, given) {
    const everyOne = { ...given, includeObsolete: true };
    const preview = await client.call('notifications.previewRequeue', everyOne);
    return preview.ok ? ok({ count: preview.value.total, details: [] }) : preview;
  },
};

export const RETRY: Work = {
  name: 'retry',
  unaskedMax: UNASKED_MAX,
  one: async (session, id) =>
    answer(session, await session.client.call('notifications.retry', { id }), ({ reason }) =>
      reason === undefined
        ? session.messages.text('cli.notifications.retry.due', { id })
        : session.messages.text('cli.notifications.retry.held', {
            id,
            cause: sentence(session.messages, reason),
          }),
    ),
  many: ({ client }, { ids, filter }) => client.call('notifications.retryMany', { ids, filter }),
  async sizeOf({ client }, { filter }) {
    const status: NotificationStatus[] = ['pending', 'failed'];
    const page = await client.call('notifications.list', { ...filter, status, per_page: 1 });
    return page.ok ? ok({ count: page.value.total, details: [] }) : page;
  },
};

/** One id answers for itself on its own channel; everything else is bulk work, which is asked about unless its ids were named. */
export async function bulkWork(
  session: Session,
  flags: SelectionFlags,
  ids: readonly string[],
  work: Work,
): Promise<CommandResult> {
  const [first, ...others] = ids;
  const selection = await selectionOf(session, ids, flags);
  if (!selection.ok) return selection;
  const isPlain = flags.summary === undefined && flags.through === undefined;
  if (first !== undefined && others.length === 0 && isPlain) return work.one(session, first);
  const agreed = await agreement(session, flags, selection.value, work);
  if (!agreed.ok) return agreed;
  const job = await work.many(session, selection.value.given, flags);
  return follow(session, job, flags.wait, ids.length > 0);
}

/** Returns the notifications that a command line means: ids, one group, all that a filter finds, or all. Exactly one of these. */
async function selectionOf(
  session: Session,
  ids: readonly string[],
  flags: SelectionFlags,
): Promise<Result<Selection>> {
  const { messages } = session;
  const { group, alert, all } = flags;
  const found = await filterOf(session, flags);
  if (!found.ok) return found;
  const filter = { ...found.value, ...(alert !== undefined && { alertId: alert }) };
  const isNarrowed = Object.keys(filter).length > 0;
  const ways = [ids.length > 0, group !== undefined, isNarrowed, all === true];
  if (ways.filter(Boolean).length !== 1) {
    return fail('invalid_input', messages.text('cli.selection.oneWay'));
  }
  if (ids.length > 0) return ok({ given: { ids: [...ids] }, details: [] });
  if (group !== undefined) return groupSelection(session, group);
  return ok({ given: { filter }, details: criteriaOf(messages, flags) });
}

/** Returns the criteria of a filter, each in a few words. */
function criteriaOf(messages: Messages, flags: SelectionFlags): string[] {
  const { channel, event, cause, from, to, obsolete, search } = flags;
  return [
    channel !== undefined && messages.text('cli.selection.channel', { name: safeLine(channel) }),
    event && messages.text(`common.notificationEvent.${event}`),
    cause && messages.text(`common.failureClass.${cause}`),
    from !== undefined && messages.text('cli.selection.from', { time: localTime(from) }),
    to !== undefined && messages.text('cli.selection.to', { time: localTime(to) }),
    obsolete !== undefined &&
      messages.text(`cli.selection.${obsolete ? 'onlyObsolete' : 'onlyCurrent'}`),
    search !== undefined && messages.text('cli.selection.search', { text: safeLine(search) }),
  ].filter((each) => typeof each === 'string');
}

async function groupSelection(
  { client, messages }: Session,
  key: string,
): Promise<Result<Selection>> {
  const answered = await client.call('deadLetters.groups', {});
  if (!answered.ok) return answered;
  const group = answered.value.groups.find((it) => it.key === key);
  if (!group) return fail('not_found', messages.text('cli.selection.noGroup'));
  const details = [
    messages.text('cli.selection.channel', { name: safeLine(group.channelName) }),
    messages.text('cli.selection.cause', { cause: safeLine(renderGroup(messages, group)) }),
  ];
  return ok({ given: { group: key }, details });
}

/** Succeeds if there are few, or somebody said yes. */
async function agreement(
  session: Session,
  flags: SelectionFlags,
  { given, details }: Selection,
  work: Work,
): Promise<Result<null>> {
  const { terminal, messages } = session;
  if (flags.yes) return ok(null);
  const question = (count: number, parts: readonly string[]): string =>
    messages.text(`cli.bulk.question.${work.name}`, {
      count,
      details: parts.length === 0 ? '' : ` (${parts.join('; ')})`,
    });
  if (given.ids) {
    const count = given.ids.length;
    // Whoever names each in a script has been asked enough.
    if (count <= UNASKED_MAX || !terminal.asks) return ok(null);
    return confirmed(session, undefined, question(count, []));
  }
  const size = await work.sizeOf(session, given, flags);
  if (!size.ok) return size;
  const { count, details: others } = size.value;
  if (count <= work.unaskedMax) return ok(null);
  return confirmed(session, undefined, question(count, [...details, ...others]));
}
