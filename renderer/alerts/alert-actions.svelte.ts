import { SvelteSet } from 'svelte/reactivity';
import type { Alert, AlertSelection } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
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

/** The actions on one alert. Each returns the changed alert, or null if it failed, and shows a notice. */
export class AlertActions {
  readonly #client: WindowClient;
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  acknowledge(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'acknowledge', () => this.#client.call('alerts.acknowledge', { id }));
  }

  unacknowledge(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'unacknowledge', () =>
      this.#client.call('alerts.unacknowledge', { id }),
    );
  }

  resolve(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'resolve', () => this.#client.call('alerts.resolve', { id }));
  }

  snooze(alert: Alert, durationMs: number): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'snooze', () => this.#client.call('alerts.snooze', { id, durationMs }));
  }

  unsnooze(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'unsnooze', () => this.#client.call('alerts.unsnooze', { id }));
  }

  async #act(
    alert: Alert,
    action: 'acknowledge' | 'unacknowledge' | 'resolve' | 'snooze' | 'unsnooze',
    call: () => Promise<Result<Alert>>,
  ): Promise<Alert | null> {
    const { id } = alert;
    if (this.#busy.has(id)) return null;
    this.#busy.add(id);
    const answer = await call();
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(alertTitle(alert), answer.error);
      return null;
    }
    this.#notices.done(text(`alerts.done.${action}`, { alert: alertTitle(alert) }));
    return answer.value;
  }
}

type Outcome = Output<'alerts.acknowledgeMany'>;
type Call = (selection: AlertSelection) => Promise<Result<Outcome>>;

/** Splits a selection into what the contract takes: ids by the thousand, a filter whole. */
function piecesOf({ ids, filter }: AlertSelection): AlertSelection[] {
  if (!ids) return [{ filter }];
  const count = Math.ceil(ids.length / LIMITS.bulkIdsMax);
  return Array.from({ length: count }, (_, index) => ({
    ids: ids.slice(index * LIMITS.bulkIdsMax, (index + 1) * LIMITS.bulkIdsMax),
  }));
}

/** The actions on many alerts at once. Each returns true if it worked, and a notice says how many it changed. */
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

  acknowledge(selection: AlertSelection): Promise<boolean> {
    return this.#act(selection, 'acknowledge', (piece) =>
      this.#client.call('alerts.acknowledgeMany', piece),
    );
  }

  snooze(selection: AlertSelection, durationMs: number): Promise<boolean> {
    return this.#act(selection, 'snooze', (piece) =>
      this.#client.call('alerts.snoozeMany', { ...piece, durationMs }),
    );
  }

  resolve(selection: AlertSelection): Promise<boolean> {
    return this.#act(selection, 'resolve', (piece) =>
      this.#client.call('alerts.resolveMany', piece),
    );
  }

  async #act(
    selection: AlertSelection,
    action: 'acknowledge' | 'snooze' | 'resolve',
    call: Call,
  ): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    let changed = 0;
    let unchanged = 0;
    let failure: Failure | null = null;
    for (const piece of piecesOf(selection)) {
      const answer = await call(piece);
      if (!answer.ok) {
        failure = answer.error;
        break;
      }
      changed += answer.value.changed;
      unchanged += answer.value.unchanged;
    }
    this.#busy = false;
    // What was changed before something went wrong is said as well.
    if (failure === null || changed > 0) {
      this.#notices.done(text(`alerts.bulk.${action}`, { changed, unchanged }));
    }
    if (failure !== null) this.#notices.problem(text('alerts.bulk.label'), failure);
    return failure === null;
  }
}
