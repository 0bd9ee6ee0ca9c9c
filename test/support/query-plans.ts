import type { Db } from '../../main/store/database.ts';

const STATEMENTS: ReadonlySet<unknown> = new Set(['run', 'get', 'all', 'value', 'values']);

/** A statement, with the steps that SQLite means to take for it. */
export type Plan = [sql: string, steps: string[]];

/** Returns the plan of each statement that `work` runs on the connection that it is given. */
export function plansOf(db: Db, work: (watched: Db) => void): Plan[] {
  const plans = new Map<string, string[]>();
  work(
    new Proxy(db, {
      get: (target, key) => {
        if (!STATEMENTS.has(key)) return Reflect.get(target, key) as unknown;
        const execute = target[key as 'all'].bind(target);
        return (sql: string, bound: object = [], toRow?: (row: object) => object) => {
          const steps = target.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, bound);
          plans.set(
            sql,
            steps.map(({ detail }) => detail),
          );
          return execute(sql, bound, toRow);
        };
      },
    }),
  );
  return [...plans];
}
