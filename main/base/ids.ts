import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

/** Makes UUIDv7 identifiers (RFC 9562): sortable by creation time, so that index pages fill in order. */
export type NewId = () => string;

const ID_BYTES = 16;
/** Random bytes are drawn for many at once, since each draw costs more than an id. */
const IDS_PER_DRAW = 256;

export function idsFrom(clock: Clock): NewId {
  const drawn = new Uint8Array(ID_BYTES * IDS_PER_DRAW);
  let used = drawn.length;
  return () => {
    if (used === drawn.length) {
      crypto.getRandomValues(drawn);
      used = 0;
    }
    const random = drawn.subarray(used, (used += ID_BYTES));
    return v7({ msecs: clock.now(), random });
  };
}
