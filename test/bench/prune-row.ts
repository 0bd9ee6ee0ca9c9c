import { join } from 'node:path';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import type { Logger } from '../../main/base/logger.ts';
import { Pruner } from '../../main/queue/pruner.ts';
import { DATABASE_NAME, Db } from '../../main/store/database.ts';
import { openTables } from '../../main/store/tables.ts';
import { Writer } from '../../main/store/writer.ts';
import { median, type Figure } from './report.ts';

/** Closed alerts that a round removes: with all that belongs to them, 900 rows. */
export const PRUNED_ALERTS = 150;
/** With the one that warms up, as many as the smallest store has closed alerts for. */
const ROUNDS_MAX = 5;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const keep = () => ({
  ...{ deliveredDays: KEPT_DAYS, deadDays: KEPT_DAYS, attemptsDays: KEPT_DAYS },
  ...{ auditDays: KEPT_DAYS, closedAlertsDays: KEPT_DAYS },
});

const logger: Logger = {
  log(level, message, fields) {
    throw new Error(`${level}: ${message} ${JSON.stringify(fields)}`);
  },
};

/** Runs the pruner until nothing more is past its retention. */
class Rounds {
  readonly #db: Db;
  readonly #pruner: Pruner;
  #now = 0;
  #ended: () => void = () => undefined;

  constructor(db: Db) {
    this.#db = db;
    const clock: Clock = { ...systemClock, now: () => this.#now };
    const wake = () => this.#ended();
    const writer = new Writer(db, clock, logger);
    this.#pruner = new Pruner({ tables: openTables(db), keep, writer, clock, logger, wake });
  }

  /** Lets the oldest alerts come to the end of their retention, and removes them. Both times in ms. */
  async next(): Promise<{ wallMs: number; cpuMs: number }> {
    const before = this.#closed();
    this.#now =
      (this.#db.value<number>(
        'SELECT closed_at FROM alerts WHERE closed_at IS NOT NULL ORDER BY closed_at LIMIT 1 OFFSET ?',
        [Math.min(PRUNED_ALERTS, before - 1)],
      ) ?? 0) +
      KEPT_DAYS * DAY_MS;
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    do await this.#batch();
    while ((this.#pruner.nextDueAt() ?? 0) < this.#now + HOUR_MS);
    const { user, system } = process.cpuUsage(cpuBefore);
    const wallMs = performance.now() - startedAt;
    const removed = before - this.#closed();
    if (removed < PRUNED_ALERTS - 1) throw new Error(`${removed} alerts were removed`);
    return { wallMs, cpuMs: (user + system) / 1e3 };
  }

  #batch(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = resolve;
    this.#pruner.run(this.#now);
    return promise;
  }

  #closed(): number {
    return this.#db.value<number>('SELECT count(*) FROM alerts WHERE closed_at IS NOT NULL') ?? 0;
  }
}

/** Measures the retention of a fixed number of rows, by the program's own pruner in this process. */
export async function measurePrune(
  dataDir: string,
  rows: number,
  repeats: number,
): Promise<Figure[]> {
  const db = new Db(join(dataDir, DATABASE_NAME));
  const rounds = new Rounds(db);
  await rounds.next();
  const took = [];
  for (let round = 0; round < Math.min(repeats, ROUNDS_MAX); round += 1) {
    took.push(await rounds.next());
  }
  db.close();
  const wall = median(took.map(({ wallMs }) => wallMs));
  const cpu = median(took.map(({ cpuMs }) => cpuMs));
  return [
    { label: 'time', value: wall, unit: 'ms', rows },
    { label: 'processor time', value: cpu, unit: 'ms', rows },
  ];
}
