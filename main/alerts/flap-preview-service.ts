import type { Clock } from '../base/clock.ts';
import type { Transition } from '../contract/alert.ts';
import type {
  FlapOutcome,
  FlapPreview as Preview,
  FlapPreviewInput,
} from '../contract/flap-preview.ts';
import { ok, type Result } from '../contract/result.ts';
import { withChanges, type Settings } from '../contract/settings.ts';
import { Replay } from '../domain/flapping.ts';
import type { ChangeRow } from '../store/alerts/alert-event-table.ts';
import type { Tables } from '../store/tables.ts';

export interface FlapPreviewDeps {
  readonly tables: Pick<Tables, 'timeline'>;
  readonly settings: { current(): Settings };
  readonly clock: Clock;
}

const LOOK_BACK_MS = 7 * 86_400_000;
/** Rows of the timeline, of all types. */
const LOOKED_AT_MAX = 50_000;
/** Small, so that ingest gets its turn in between. */
const BATCH = 1_000;

/** The stored changes of conditions, newest first. */
interface History {
  readonly since: number;
  readonly isPartial: boolean;
  readonly count: number;
  readonly byCondition: ReadonlyMap<number, Transition[]>;
}

/** Says what other numbers would have made of the stored changes, by the rules of the engine. */
export class FlapPreview {
  readonly #deps: FlapPreviewDeps;

  constructor(deps: FlapPreviewDeps) {
    this.#deps = deps;
  }

  /** Looks at a bounded part of the timeline, in turns. */
  async previewFlapping(input: FlapPreviewInput): Promise<Result<Preview>> {
    const rule = this.#deps.settings.current();
    const other = withChanges(rule, input);
    const { byCondition, since, isPartial, count } = await this.#history();
    const [current, proposed] = [emptyOutcome(), emptyOutcome()];
    let added = 0;
    for (const newestFirst of byCondition.values()) {
      const replays = [new Replay(rule), new Replay(other)] as const;
      for (const change of newestFirst.toReversed()) {
        for (const replay of replays) replay.add(change);
        if (++added % BATCH === 0) await new Promise(setImmediate);
      }
      add(current, replays[0]);
      add(proposed, replays[1]);
    }
    return ok({ since, isPartial, changes: count, current, proposed });
  }

  async #history(): Promise<History> {
    const { tables, clock } = this.#deps;
    const from = clock.now() - LOOK_BACK_MS;
    const byCondition = new Map<number, Transition[]>();
    let count = 0;
    let before: number | null = null;
    let since = from;
    for (let looked = 0; looked < LOOKED_AT_MAX; looked += BATCH) {
      const rows: ChangeRow[] = tables.timeline.newest(before, BATCH);
      for (const { at, conditionId, to } of rows) {
        if (at < from) return { since: from, isPartial: false, count, byCondition };
        since = at;
        if (to === null) continue;
        count += 1;
        const known = byCondition.get(conditionId);
        if (known) known.push({ at, to });
        else byCondition.set(conditionId, [{ at, to }]);
      }
      if (rows.length < BATCH) return { since: from, isPartial: false, count, byCondition };
      before = rows.at(-1)?.id ?? null;
      await new Promise(setImmediate);
    }
    return { since, isPartial: true, count, byCondition };
  }
}

const emptyOutcome = (): FlapOutcome => ({ alerts: 0, episodes: 0, held: 0 });

function add(outcome: FlapOutcome, { episodes, held }: Replay): void {
  outcome.alerts += Number(episodes > 0);
  outcome.episodes += episodes;
  outcome.held += held;
}
