import type { AlertSelection } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';

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
