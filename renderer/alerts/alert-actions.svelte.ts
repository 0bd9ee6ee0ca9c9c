import { SvelteSet } from 'svelte/reactivity';
import type { Alert, AlertSelection } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { alertName } from './alert-labels.ts';

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/** From now until eight tomorrow morning by the reader's clock, in milliseconds; days of 23 and 25 hours included. */
function untilMorningMs(nowMs: number): number {
  const now = new Date(nowMs);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return morning.getTime() - nowMs;
}

export const SNOOZES = [
  { ms: HOUR_MS },
  { ms: 4 * HOUR_MS },
  { ms: untilMorningMs, label: 'Until tomorrow, 8:00' },
  { ms: 7 * 24 * HOUR_MS },
];

/** What a person can do to an alert. Each answers the changed alert, or null when it did not work, and says so. */
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
    return this.#act(alert, 'Acknowledged', () => this.#client.call('alerts.acknowledge', { id }));
  }

  unacknowledge(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Open again', () => this.#client.call('alerts.unacknowledge', { id }));
  }

  resolve(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Resolved', () => this.#client.call('alerts.resolve', { id }));
  }

  snooze(alert: Alert, durationMs: number): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'Snoozed', () =>
      this.#client.call('alerts.snooze', { id, durationMs }),
    );
  }

  unsnooze(alert: Alert): Promise<Alert | null> {
    const { id } = alert;
    return this.#act(alert, 'No longer snoozed', () =>
      this.#client.call('alerts.unsnooze', { id }),
    );
  }

  async #act(
    alert: Alert,
    done: string,
    call: () => Promise<Result<Alert>>,
  ): Promise<Alert | null> {
    const { id, host } = alert;
    const name = `${alertName(alert)} on ${host}`;
    if (this.#busy.has(id)) return null;
    this.#busy.add(id);
    const answer = await call();
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return null;
    }
    this.#notices.done(`${done}: ${name}.`);
    return answer.value;
  }
}

type Outcome = Output<'alerts.acknowledgeMany'>;
type Call = (selection: AlertSelection) => Promise<Result<Outcome>>;

/** A selection in pieces that the contract takes: ids by the thousand, a filter whole. */
function piecesOf({ ids, filter }: AlertSelection): AlertSelection[] {
  if (!ids) return [{ filter }];
  const count = Math.ceil(ids.length / LIMITS.bulkIdsMax);
  return Array.from({ length: count }, (_, index) => ({
    ids: ids.slice(index * LIMITS.bulkIdsMax, (index + 1) * LIMITS.bulkIdsMax),
  }));
}

/** What a person can do to many alerts at once. Each answers whether it worked, and says how many it changed. */
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
    return this.#act(selection, 'acknowledged', (piece) =>
      this.#client.call('alerts.acknowledgeMany', piece),
    );
  }

  snooze(selection: AlertSelection, durationMs: number): Promise<boolean> {
    return this.#act(selection, 'snoozed', (piece) =>
      this.#client.call('alerts.snoozeMany', { ...piece, durationMs }),
    );
  }

  resolve(selection: AlertSelection): Promise<boolean> {
    return this.#act(selection, 'resolved', (piece) =>
      this.#client.call('alerts.resolveMany', piece),
    );
  }

  async #act(selection: AlertSelection, done: string, call: Call): Promise<boolean> {
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
    // What was changed before something went wrong is told as well.
    if (failure === null || changed > 0) {
      const rest = unchanged > 0 ? `, ${unchanged.toLocaleString()} unchanged` : '';
      this.#notices.done(`${changed.toLocaleString()} ${done}${rest}.`);
    }
    if (failure !== null) this.#notices.problem('The selected alerts', failure);
    return failure === null;
  }
}
