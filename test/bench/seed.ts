import { constants, cpSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { DATABASE_NAME, Db } from '../../main/store/database.ts';
import { KeptCounts } from '../../main/store/kept-counts.ts';
import { openTables } from '../../main/store/tables.ts';
import { ServerProcess } from '../support/server-process.ts';

export const TOKEN = 'bench-token';
const OPEN_MAX = 1_000;
const DEAD_MAX = 10_000;
const KINDS = 20;
const POLL_MS = 50;
const TEMPLATES_TIMEOUT_MS = 30_000;
const INDEXED_AT_ONCE = 5_000;

/** Answers webhooks: 401 for the path /refused, 204 for every other. */
async function receiver(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(request.url === '/refused' ? 401 : 204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Lets the program itself write one of each row that is multiplied: delivered and resolved, delivered and open, dead. */
async function writeTemplates(dataDir: string): Promise<void> {
  const hooks = await receiver();
  const url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`;
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  const channel = async (name: string, path: string) => {
    const config = { kind: 'webhook', name, config: { url: url + path } };
    const { status } = await server.call('POST', '/api/v1/channels', config);
    if (status !== 201) throw new Error(`channel ${name} was answered ${status}`);
  };
  await channel('fine', '/fine');
  await channel('refused', '/refused');
  const send = (kind: string, status: string) =>
    server.call('POST', '/api/v1/events', {
      ...{ source: 'bench', host: 'template', kind, status, severity: 'warning' },
      ...{ message: 'The disk is 95 % full', labels: { alertname: kind, instance: 'template' } },
    });
  await send('open', 'firing');
  await send('closed', 'firing');
  const deadline = performance.now() + TEMPLATES_TIMEOUT_MS;
  for (;;) {
    if (performance.now() > deadline)
      throw new Error('the rows to multiply were not written in time');
    const { body } = await server.call('GET', '/api/v1/notifications/stats');
    const { sent, dead } = body as { sent: number; dead: number };
    // After the first refusal the channel waits for somebody to fix it, so the second may stay queued.
    if (sent === 2 && dead > 0) break;
    await setTimeout(POLL_MS);
  }
  await send('closed', 'resolved');
  await setTimeout(1_000);
  await server.stop();
  hooks.close();
}

/** Inserts `count` copies of the row that `where` names; `changed` has SQL over n, from 1, for columns that differ. */
function multiply(
  db: DatabaseSync,
  table: string,
  where: string,
  count: number,
  changed: Record<string, string>,
): void {
  const columns = (db.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const values = columns.map((name) => changed[name] ?? `t.${name}`);
  db.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO ${table} (${columns.join(', ')})
    SELECT ${values.join(', ')} FROM numbers, (SELECT * FROM ${table} WHERE ${where} LIMIT 1) AS t`);
}

/** A UUIDv7 that grows with n, apart for each `series`. */
const id = (series: number, n = 'n'): string =>
  `printf('0198%04x-%04x-7000-8000-%04x%08x', (${n}) >> 16, (${n}) & 65535, ${series}, ${n})`;

/** Data directories of several sizes, each written at its first use. */
export class StoredData {
  readonly #dir: string;
  readonly #seeded = new Map<number, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Copies the data directory of this size, since whoever measures may change it. */
  async copy(rows: number, to: string): Promise<void> {
    cpSync(await this.#of(rows), to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  }

  async #of(rows: number): Promise<string> {
    const known = this.#seeded.get(rows);
    if (known !== undefined) return known;
    const dataDir = join(this.#dir, `stored-${rows}`);
    const startedAt = performance.now();
    await seedDataDir(dataDir, rows);
    const seconds = Math.round((performance.now() - startedAt) / 1e3);
    console.log(`wrote ${rows.toLocaleString('en')} rows of each kind in ${seconds} s`);
    this.#seeded.set(rows, dataDir);
    return dataDir;
  }
}

/**
 * Writes a data directory with `rows` alerts, as many notifications and attempts, and twice as many timeline
 * rows, all in the indexes of the searches.
 */
async function seedDataDir(dataDir: string, rows: number): Promise<void> {
  await writeTemplates(dataDir);
  const db = new DatabaseSync(join(dataDir, DATABASE_NAME));
  db.exec(
    'PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA foreign_keys = OFF; BEGIN',
  );
  const open = Math.min(OPEN_MAX, rows / 10);
  const dead = Math.min(DEAD_MAX, rows / 10);
  const kind = `'Kind' || (n % ${KINDS})`;
  const host = `'host-' || n`;
  const labels = `json_object('alertname', ${kind}, 'instance', ${host})`;
  multiply(db, 'conditions', `kind = 'closed'`, rows, { id: 'NULL', host, kind });
  const condition = (db.prepare('SELECT max(id) AS id FROM conditions').get() as { id: number }).id;
  const ofCondition = `${condition - rows} + n`;
  const alert = {
    seq: 'NULL',
    ...{ id: id(1), condition_id: ofCondition, host, kind, labels },
    started_at: `t.started_at - (${rows} - n) * 100`,
    closed_at: `t.closed_at - (${rows} - n) * 100`,
  };
  multiply(db, 'alerts', `kind = 'closed'`, rows - open, alert);
  const later = (sql: string): string => sql.replaceAll(/\bn\b/g, `(n + ${rows - open})`);
  multiply(db, 'alerts', `kind = 'open'`, open, {
    ...Object.fromEntries(Object.entries(alert).map(([name, sql]) => [name, later(sql)])),
    closed_at: 'NULL',
  });
  for (const type of ['raised', 'routed']) {
    const timeline = { id: 'NULL', alert_id: id(1), at: `t.at - (${rows} - n) * 100` };
    multiply(db, 'alert_events', `type = '${type}'`, rows, timeline);
  }
  const notification = {
    ...{ seq: 'NULL', id: id(2), alert_id: id(1), condition_id: ofCondition },
    snapshot: `json_set(t.snapshot, '$.host', ${host}, '$.kind', ${kind}, '$.id', ${id(1)})`,
    created_at: `t.created_at - (${rows} - n) * 100`,
    updated_at: `t.updated_at - (${rows} - n) * 100`,
  };
  multiply(db, 'notifications', `status = 'sent' AND event = 'raised'`, rows - dead, notification);
  multiply(db, 'notifications', `status = 'dead'`, dead, {
    ...Object.fromEntries(
      Object.entries({ ...notification, died_at: notification.updated_at }).map(([name, sql]) => [
        name,
        sql.replaceAll(/\bn\b/g, `(n + ${rows - dead})`),
      ]),
    ),
  });
  multiply(db, 'delivery_attempts', `outcome = 'sent'`, rows, {
    ...{ id: 'NULL', notification_id: id(2) },
    started_at: `t.started_at - (${rows} - n) * 100`,
  });
  db.exec(`INSERT OR REPLACE INTO delivery_hours (hour, channel_id, sent, failed, sent_ms, slowest_ms)
    SELECT t.started_at / 3600000 * 3600000, n.channel_id, count(*), 0, sum(t.duration_ms), max(t.duration_ms)
    FROM delivery_attempts t JOIN notifications n ON n.id = t.notification_id GROUP BY 1, 2`);
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const counted = new Db(join(dataDir, DATABASE_NAME));
  counted.pragma('synchronous = OFF');
  counted.pragma('cache_size = -500000');
  new KeptCounts(counted).recount();
  const { searchIndexes } = openTables(counted);
  counted.transaction(() => {
    for (const index of searchIndexes) {
      while (index.behind() > 0) {
        index.indexNext(INDEXED_AT_ONCE);
        index.merge();
      }
    }
  })();
  counted.pragma('wal_checkpoint(TRUNCATE)');
  counted.close();
}
