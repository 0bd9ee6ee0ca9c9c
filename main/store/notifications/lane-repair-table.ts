import { defined } from '../../base/assert.ts';
import { Table } from '../row-table.ts';

/** 'policy' only shortens waits to the retry policy; 'due' ends them. */
export type RepairPass = 'policy' | 'due';

export interface LaneRepair {
  readonly channelId: string;
  /** How often a person changed the channel or a test arrived. */
  readonly number: number;
  readonly pass: RepairPass;
}

const COLUMNS = 'channel_id AS channelId, number, pass';

/** The repairs of channels, and the passes over their rows that are under way. */
export class LaneRepairTable extends Table {
  /** Stores that a pass over the channel's rows is wanted; `counts` makes it a new repair. */
  begin(channelId: string, pass: RepairPass, counts: boolean): LaneRepair {
    const begun = this.db.get<LaneRepair>(
      `INSERT INTO lane_repairs (channel_id, number, pass) VALUES (@channelId, @counts, @pass)
       ON CONFLICT (channel_id) DO UPDATE SET number = number + @counts,
         pass = CASE WHEN pass = 'due' THEN 'due' ELSE excluded.pass END
       RETURNING ${COLUMNS}`,
      { channelId, pass, counts: counts ? 1 : 0 },
    );
    return defined(begun, 'the repair');
  }

  underWay(): LaneRepair[] {
    return this.db.all(`SELECT ${COLUMNS} FROM lane_repairs WHERE pass IS NOT NULL`);
  }

  finish(channelId: string): void {
    this.db.run('UPDATE lane_repairs SET pass = NULL WHERE channel_id = ?', [channelId]);
  }
}
