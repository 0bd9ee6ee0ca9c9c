import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { failureClass } from '../contract/failure-class.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type {
  DeadLetterFilter,
  DeadLetterGroup,
  DeadLetterHours,
  RequeuePreview,
  RequeueSelection,
} from '../contract/notification.ts';
import { id } from '../contract/primitives.ts';
import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { causeOf, causeText, isCause } from '../domain/cause.ts';
import type { Failure } from '../domain/outcome.ts';
import { messagesFor } from '../messages/messages.ts';
import { renderFailure } from '../messages/reasons.ts';
import type {
  DeadLetterGroupRow,
  Discarded,
  FoundLetter,
} from '../store/notifications/dead-letter-rows.ts';
import {
  toFilter,
  type GroupFilter,
  type NotificationFilter,
} from '../store/notifications/notification-filter.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import { refuseField } from '../messages/failures.ts';

export interface DeadLettersDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly clock: Clock;
}

/** The letters of a selection, as of the moment at which it was asked for. */
export interface Selected {
  /** In the order in which they were queued. */
  readonly seqs: readonly number[];
  /** How many of the ids asked for do not exist. */
  readonly unknown: number;
  /** Left out on purpose: obsolete or held ones. */
  readonly skipped: number;
  /** Each was named by its id: who does that means pending and failed ones, and held ones, too. */
  readonly named: boolean;
  /** Returns how this many were selected, for the audit log. */
  readonly audited: (count: number) => AuditReason;
}

type Found = Omit<Selected, 'seqs'> & {
  readonly letters: readonly Pick<FoundLetter, 'seq' | 'channelId'>[];
};

export const byId: Selected['audited'] = (count) => ({
  code: 'audit.bulk_named',
  params: { count },
});

export const byFilter =
  (filter: unknown): Selected['audited'] =>
  (count) => ({
    code: 'audit.bulk_filter',
    params: { count, filter: JSON.stringify(filter ?? {}) },
  });

/** Larger messages are refused by what receives them; the rest goes into another one. */
export const SUMMARY_MAX = 1_000;
/** More groups than these are no summary any more. */
const GROUPS_MAX = 1_000;
const HOUR_MS = 3_600_000;
/** Dead letters looked at in one turn of the event loop. */
const STRETCH = 2_000;

const NEVER_ATTEMPTED: Pick<Failure, 'reason' | 'receiverText'> = {
  reason: { code: 'failure.never_attempted', params: {} },
  receiverText: null,
};

/** A group's key says what the group is, so that it still means the same when nothing is in it. */
const groupKey = z.tuple([id, failureClass.nullable(), z.string().max(1_000).refine(isCause)]);

/** Returns how many there are from an hour on. */
const sumFrom = (counts: ReadonlyMap<number, number>, from: number): number =>
  [...counts].reduce((sum, [at, count]) => (at >= from ? sum + count : sum), 0);

const keyOf = (group: z.infer<typeof groupKey>): string =>
  Buffer.from(JSON.stringify(group)).toString('base64url');

/** Dead letters by cause, what a selection of them means, and what can be done with many at once. */
export class DeadLetters {
  readonly #deps: DeadLettersDeps;

  constructor(deps: DeadLettersDeps) {
    this.#deps = deps;
  }

  /** Returns the groups of what a filter finds; of all when it is left out. */
  groups(filter: DeadLetterFilter = {}): Output<'deadLetters.groups'> {
    return { groups: this.largest(GROUPS_MAX, filter) };
  }

  /** Counts by the hour of death; each hour of the last ones is there. */
  hours({ hours, ...filter }: ParsedInput<'deadLetters.hours'>): DeadLetterHours {
    const now = this.#deps.clock.now();
    const last = now - (now % HOUR_MS);
    const first = last - (hours - 1) * HOUR_MS;
    const { deadLetters } = this.#deps.tables.notifications;
    const counts = deadLetters.hours(toFilter({ ...filter, diedFrom: first }));
    return {
      hours: Array.from({ length: hours }, (_, n) => {
        const at = first + n * HOUR_MS;
        // A letter that died by a clock that ran ahead counts in this hour.
        const count = at === last ? sumFrom(counts, last) : (counts.get(at) ?? 0);
        return { at, count };
      }),
    };
  }

  /** Returns the groups with the most dead letters, the largest first. */
  largest(limit: number, filter: DeadLetterFilter = {}): DeadLetterGroup[] {
    const { deadLetters } = this.#deps.tables.notifications;
    const isAll = Object.values(filter).every((value) => value === undefined || value === '');
    const groups = isAll
      ? deadLetters.groups(limit)
      : deadLetters.groupsOf(toFilter(filter), limit);
    return groups.map((group) => ({
      ...group,
      key: keyOf([group.channelId, group.class, group.cause]),
      ...groupText(group),
      channelName: this.#deps.channels.get(group.channelId)?.name ?? 'a deleted channel',
    }));
  }

  /**
   * The rows that are meant, as they are now: what comes to match while the work goes on is not
   * touched. A group or a filter finds dead letters alone. A requeue by one of them skips obsolete ones
   * unless it asks for them, since their alerts have closed. `invalid_input` for a key that is
   * none.
   */
  async select(
    selection: RequeueSelection,
    action: 'requeue' | 'discard',
  ): Promise<Result<Selected>> {
    const found = await this.#letters(selection, action);
    if (!found.ok) return found;
    const { letters, ...rest } = found.value;
    return ok({ ...rest, seqs: letters.map(({ seq }) => seq) });
  }

  /** Returns what a requeue would send and skip. */
  async preview(selection: RequeueSelection): Promise<Result<RequeuePreview>> {
    const found = await this.#letters(selection, 'requeue');
    if (!found.ok) return found;
    const { letters, skipped } = found.value;
    const perChannel = Map.groupBy(letters, ({ channelId }) => channelId);
    const channels = [...perChannel].map(([channelId, own]) => ({ channelId, count: own.length }));
    const summaries = channels.reduce((sum, { count }) => sum + Math.ceil(count / SUMMARY_MAX), 0);
    return ok({ total: letters.length, skipped, summaries, channels });
  }

  async #letters(
    { ids, group, filter, includeObsolete = false }: RequeueSelection,
    action: 'requeue' | 'discard',
  ): Promise<Result<Found>> {
    if (ids) return ok(this.#byIds(ids));
    const others = action === 'requeue' && !includeObsolete ? false : null;
    const { obsolete = others, ...given } = filter ?? {};
    const found =
      group === undefined
        ? ok(await this.#find(toFilter(given), obsolete, byFilter(filter)))
        : await this.#byGroup(group, given, obsolete);
    // A caller who asks for one kind alone leaves nothing out.
    if (!found.ok || filter?.obsolete === undefined) return found;
    return ok({ ...found.value, skipped: 0 });
  }

  #byIds(ids: readonly string[]): Found {
    const wanted = new Set(ids);
    const letters = this.#deps.tables.notifications.pages.named([...wanted]);
    const unknown = wanted.size - letters.length;
    return { letters, unknown, skipped: 0, named: true, audited: byId };
  }

  /** Returns the group of a key, whether or not anything is in it; `invalid_input` for a key that is none. */
  group(key: string): Result<GroupFilter> {
    const group = parseKey(key);
    if (!group)
      return refuseField('invalid_input', 'group', { code: 'issue.group_key', params: {} });
    const [channelId, failure, cause] = group;
    return ok({ channelId, class: failure, cause });
  }

  async #byGroup(
    key: string,
    within: DeadLetterFilter,
    obsolete: boolean | null,
  ): Promise<Result<Found>> {
    const group = this.group(key);
    if (!group.ok) return group;
    const { channelId, class: failure, cause } = group.value;
    const name = this.#deps.channels.get(channelId)?.name ?? channelId;
    const filter = toFilter(within, group.value);
    const params = {
      channel: name,
      failureClass: failure ?? '',
      cause: causeText(cause) || (failure ?? 'unknown'),
    };
    return ok(
      await this.#find(filter, obsolete, (count) => ({
        code: 'audit.bulk_group',
        params: { count, ...params },
      })),
    );
  }

  /** Stretch by stretch, so that the loop is never held up; at most what was there when it began. */
  async #find(
    filter: NotificationFilter,
    obsolete: boolean | null,
    audited: Found['audited'],
  ): Promise<Found> {
    const { deadLetters } = this.#deps.tables.notifications;
    const upTo = deadLetters.newestSeq();
    const letters: FoundLetter[] = [];
    let skipped = 0;
    for (let after: number | null = 0; after !== null;) {
      const found = deadLetters.scan(filter, { after, upTo, limit: STRETCH });
      for (const letter of found.letters) {
        if (obsolete === null || letter.obsolete === obsolete) letters.push(letter);
        else if (letter.obsolete) skipped++;
      }
      after = found.end;
      if (after !== null) await new Promise(setImmediate);
    }
    return { letters, unknown: 0, skipped, named: false, audited };
  }

  discarded(discardId: string): Discarded | null {
    return this.#deps.tables.notifications.deadLetters.discarded(discardId);
  }

  requeue(unit: Unit, seqs: readonly number[], actor: string, now: number): ChangedRow[] {
    return woken(unit, this.#deps.tables.notifications.deadLetters.requeue(seqs, actor, now));
  }

  /** `discardId` null cannot be undone. Rows of the same condition may have waited behind what goes. */
  discard(
    unit: Unit,
    seqs: readonly number[],
    how: { readonly discardId: string | null; readonly waiting: boolean },
    now: number,
  ): ChangedRow[] {
    return woken(unit, this.#deps.tables.notifications.deadLetters.discard(seqs, how, now));
  }

  undo(seqs: readonly number[], discardId: string, now: number): ChangedRow[] {
    const { deadLetters } = this.#deps.tables.notifications;
    return seqs.flatMap((seq) => {
      const cause = causeOf(deadLetters.failure(seq) ?? NEVER_ATTEMPTED);
      const error = JSON.stringify(NEVER_ATTEMPTED.reason);
      return deadLetters.undo({ seq, discardId, error, cause, now }) ?? [];
    });
  }
}

/** Returns what is common to a group, with a sentence of it in the API's English. */
function groupText({ reason, cause }: Pick<DeadLetterGroupRow, 'reason' | 'cause'>) {
  const text = causeText(cause);
  if (reason === null || reason.code === 'legacy') return { cause: text, receiverText: null };
  const receiverText = text === '' ? null : text;
  const sentence = renderFailure(messagesFor('en'), { reason, receiverText });
  return { cause: sentence ?? text, receiverText };
}

function woken(unit: Unit, rows: ChangedRow[]): ChangedRow[] {
  for (const channelId of new Set(rows.map((row) => row.channelId))) unit.enqueued(channelId);
  return rows;
}

function parseKey(key: string): z.infer<typeof groupKey> | null {
  const text = Buffer.from(key, 'base64url').toString();
  const parsed = z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(groupKey)
    .safeParse(text);
  return parsed.success ? parsed.data : null;
}
