import { KeyRing } from '../../main/base/key-ring.ts';
import { EntryCodec } from '../../main/cluster/entry-codec.ts';
import type { Db } from '../../main/store/database.ts';
import type { LogPoint } from '../../main/store/files/commit-log.ts';
import { digestOf } from '../../main/cluster/seal.ts';
import { defined } from '../../main/base/assert.ts';
import { migrations } from '../../main/store/migrations.ts';
import type { PlacedEntry } from '../../main/store/replica.ts';
import { SharedLogLost, type LogEntry, type SharedLog } from '../../main/store/shared-log.ts';

const PLACES_APART = 3;

/** The log of a cluster, kept in memory as the sealed bytes that the servers would have. */
export class KeptLog implements SharedLog {
  /** Takes no further entry. */
  isLost = false;
  readonly #codec = new EntryCodec(new KeyRing([Buffer.alloc(32, 9)]), 'home', migrations().length);
  readonly #sealed: { readonly number: number; readonly bytes: Buffer }[] = [];

  append(entry: LogEntry): LogPoint {
    if (this.isLost) throw new SharedLogLost('the log did not take it');
    const bytes = this.#codec.encode(entry);
    const place = this.#sealed.push({ number: entry.number, bytes }) * PLACES_APART;
    return { place, digest: digestOf(bytes) };
  }

  /** Returns the entries as a core that follows reads them; their places are not their numbers. */
  entries(): PlacedEntry[] {
    return this.#sealed.map(({ number, bytes }, index) => ({
      ...defined(this.#codec.decode(number, bytes), 'an entry that was sealed here'),
      place: (index + 1) * PLACES_APART,
    }));
  }
}

/** Returns every row of every table by the name of the table, those of the full-text index among them. */
export function everyRow(db: Pick<Db, 'values' | 'all'>): Record<string, unknown[]> {
  const tables = db.values<string>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
  );
  return Object.fromEntries(tables.map((table) => [table, db.all(`SELECT * FROM "${table}"`)]));
}
