import type { Output } from '../../main/contract/methods.ts';
import type { Change } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';

export type FlappingCondition = Output<'conditions.flapping'>['items'][number] & {
  readonly id: string;
};

/** Entities whose change may begin, end or show in a flapping: settings hold its limits. */
const CONCERNS: ReadonlySet<Change['entity']> = new Set(['alert', 'status', 'settings']);

/** Returns the id of a condition that flaps, or of that of an alert. */
export const conditionId = ({
  source,
  host,
  kind,
  dedupKey,
}: Pick<FlappingCondition, 'source' | 'host' | 'kind' | 'dedupKey'>): string =>
  JSON.stringify([source, host, kind, dedupKey]);

/** Follows the conditions that flap now and that a search finds. A condition's id is its identity, since its alerts come and go. */
export const followFlapping = (
  { client, ...follow }: FollowSource,
  search: () => string,
): FollowedList<FlappingCondition> =>
  new FollowedList({
    ...follow,
    intervalMs: 250,
    fetch: async () => {
      const answer = await client.call(
        'conditions.flapping',
        search() === '' ? {} : { q: search() },
      );
      if (!answer.ok) return answer;
      const items = answer.value.items.map((condition) => ({
        ...condition,
        id: conditionId(condition),
      }));
      return ok({ items });
    },
    concerns: ({ entity }) => CONCERNS.has(entity),
    still: {},
  });
