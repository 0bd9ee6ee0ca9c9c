import type { AlertSelection } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { untilMorningMs } from '../time/calendar-ends.ts';
import type { Action, Question } from '../ui/action.ts';

const HOUR_MS = 3_600_000;

export const SNOOZES = [
  { ms: HOUR_MS },
  { ms: 4 * HOUR_MS },
  {
    ms: untilMorningMs,
    get label() {
      return text('alerts.snooze.untilTomorrow', { time: messages().timeOfDay(untilMorningMs(0)) });
    },
  },
  { ms: 7 * 24 * HOUR_MS },
];

/** The actions on many alerts; a single one has their opposites too. */
export const BULK_ACTIONS = ['acknowledge', 'snooze', 'resolve'] as const;
type BulkAction = (typeof BULK_ACTIONS)[number];
export type AlertAction = BulkAction | 'unacknowledge' | 'unsnooze';

const MANY = {
  acknowledge: 'alerts.acknowledgeMany',
  snooze: 'alerts.snoozeMany',
  resolve: 'alerts.resolveMany',
} as const;

/** The options of a snooze besides the alerts. */
export interface Snooze {
  readonly durationMs?: number;
}

/** Returns an action on alerts as its button shows it. A snooze asks how long, a resolution whether. */
export function alertAction<A extends AlertAction>(
  key: A,
  count: number,
  act: (action: A, snooze: Snooze) => unknown,
  subject?: string,
): Action {
  const questions: Partial<Record<AlertAction, Question>> = {
    snooze: {
      title: text('alerts.snooze.title', { count }),
      help: [text('alerts.snooze.help')],
      choices: SNOOZES,
    },
    resolve: {
      title: text('alerts.resolve.title', { count }),
      subject,
      help: [text('alerts.resolve.help', { count })],
      confirm: text('alerts.resolve.confirm'),
    },
  };
  const name: AlertAction = key;
  return {
    key,
    label: text(`alerts.action.${name}`),
    ask: questions[key],
    run: (durationMs) => act(key, durationMs === null ? {} : { durationMs }),
  };
}

/** Splits a selection into what the contract takes: ids by the thousand, a filter whole. */
function piecesOf({ ids, filter }: AlertSelection): AlertSelection[] {
  if (!ids) return [{ filter }];
  const count = Math.ceil(ids.length / LIMITS.bulkIdsMax);
  return Array.from({ length: count }, (_, index) => ({
    ids: ids.slice(index * LIMITS.bulkIdsMax, (index + 1) * LIMITS.bulkIdsMax),
  }));
}

/** The actions on many alerts at once. */
export class BulkActions {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  #busy = $state(false);

  constructor(client: WindowClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Returns true if it worked; a notice says how many it changed, also before a failure. */
  async act(action: BulkAction, selection: AlertSelection, snooze: Snooze = {}): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    let changed = 0;
    let unchanged = 0;
    let failure: Failure | null = null;
    for (const piece of piecesOf(selection)) {
      const answer = await this.#client.call(MANY[action], { ...piece, ...snooze });
      if (!answer.ok) {
        failure = answer.error;
        break;
      }
      changed += answer.value.changed;
      unchanged += answer.value.unchanged;
    }
    this.#busy = false;
    if (failure === null || changed > 0) {
      this.#notices.done(text(`alerts.bulk.${action}`, { changed, unchanged }));
    }
    if (failure !== null) this.#notices.problem(text('alerts.bulk.label'), failure);
    return failure === null;
  }
}
