import type { Alert, AlertSelection } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Failure } from '../../main/contract/result.ts';
import { Actions } from '../app/actions.svelte.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { alertTitle } from './alert-labels.ts';

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/** Returns the time until eight tomorrow morning by the reader's clock, in milliseconds; days may have 23 or 25 hours. */
function untilMorningMs(nowMs: number): number {
  const now = new Date(nowMs);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return morning.getTime() - nowMs;
}

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
type BulkAction = 'acknowledge' | 'snooze' | 'resolve';
export type AlertAction = BulkAction | 'unacknowledge' | 'unsnooze';

const MANY = {
  acknowledge: 'alerts.acknowledgeMany',
  snooze: 'alerts.snoozeMany',
  resolve: 'alerts.resolveMany',
} as const;

/** What a snooze takes besides the alerts. */
interface Snooze {
  readonly durationMs?: number;
}

/** The actions on one alert. */
export class AlertActions extends Actions {
  readonly #client: WindowClient;

  constructor(client: WindowClient, notices: Notices) {
    super(notices);
    this.#client = client;
  }

  /** Returns the changed alert, or null if it failed. */
  act(action: AlertAction, alert: Alert, snooze: Snooze = {}): Promise<Alert | null> {
    const { id } = alert;
    const title = alertTitle(alert);
    return this.run(
      { id, title },
      () => this.#client.call(`alerts.${action}`, { id, ...snooze }),
      () => text(`alerts.done.${action}`, { alert: title }),
    );
  }
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
