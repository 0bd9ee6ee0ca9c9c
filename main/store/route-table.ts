import { routeDefinition, type Route } from '../contract/route.ts';
import type { Db } from './database.ts';

interface StoredRoute {
  id: string;
  position: number;
  name: string;
  enabled: 0 | 1;
  definition: string;
  created_at: number;
  updated_at: number;
}

const toRoute = (stored: StoredRoute): Route => ({
  ...routeDefinition.parse(JSON.parse(stored.definition)),
  id: stored.id,
  position: stored.position,
  name: stored.name,
  enabled: stored.enabled === 1,
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

/** Routes, in the order in which they are asked. */
export class RouteTable {
  readonly #all;
  readonly #put;
  readonly #delete;
  readonly #place;

  constructor(db: Db) {
    this.#all = db.prepare<[], StoredRoute>('SELECT * FROM routes ORDER BY position, id');
    this.#put = db.prepare<StoredRoute>(
      `INSERT INTO routes (id, position, name, enabled, definition, created_at, updated_at)
       VALUES (@id, @position, @name, @enabled, @definition, @created_at, @updated_at)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,
         definition = excluded.definition, updated_at = excluded.updated_at`,
    );
    this.#delete = db.prepare<[string]>('DELETE FROM routes WHERE id = ?');
    this.#place = db.prepare<[number, string]>('UPDATE routes SET position = ? WHERE id = ?');
  }

  all(): Route[] {
    return this.#all.all().map(toRoute);
  }

  /** Adds it, or replaces it in its place. */
  put(route: Route): void {
    const { id, position, name, enabled, createdAt, updatedAt, ...definition } = route;
    this.#put.run({
      id,
      position,
      name,
      enabled: enabled ? 1 : 0,
      definition: JSON.stringify(definition),
      created_at: createdAt,
      updated_at: updatedAt,
    });
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }

  place(id: string, position: number): void {
    this.#place.run(position, id);
  }
}
