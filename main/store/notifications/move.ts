import type { NotificationStatus } from '../../contract/notification.ts';
import type { Db } from '../database.ts';

interface MoveDescription<Row> {
  /** The source of the rows: what follows FROM in a SELECT, with `notifications n`. */
  readonly from: string;
  readonly to: NotificationStatus;
  /** The assignments besides the status. */
  readonly set: string;
  readonly returning: string;
  readonly toRow?: (selected: object) => Row;
}

interface Found {
  readonly seq: number;
  readonly channelId: string;
  readonly status: NotificationStatus;
}

/** Gives every row that it finds another status, and counts it. */
export class Move<Row> {
  readonly #find: string;
  readonly #update: string;
  readonly #to: NotificationStatus;
  readonly #toRow: ((selected: object) => Row) | undefined;

  constructor({ from, to, set, returning, toRow }: MoveDescription<Row>) {
    this.#find = `SELECT n.seq, n.channel_id AS channelId, n.status FROM ${from}`;
    this.#update = `UPDATE notifications SET status = '${to}', ${set}
      WHERE seq IN (SELECT value FROM json_each(@seqs)) RETURNING ${returning}`;
    this.#to = to;
    this.#toRow = toRow;
  }

  /** Returns the rows as they are then, in the order of seq. */
  run(db: Db, bound: object): Row[] {
    const found = db.all<Found>(this.#find, bound);
    if (found.length === 0) return [];
    for (const { channelId, status } of found) db.counts.notification(channelId, status, this.#to);
    const seqs = JSON.stringify(found.map(({ seq }) => seq));
    return db.all<Row>(this.#update, { ...bound, seqs }, this.#toRow);
  }
}
