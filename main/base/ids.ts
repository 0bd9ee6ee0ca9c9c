import { v7 } from 'uuid';
import type { Clock } from './clock.ts';

/** Makes UUIDv7 identifiers (RFC 9562): sortable by creation time, so that index pages fill in order. */
export type NewId = () => string;

export const idsFrom =
  (clock: Clock): NewId =>
  () =>
    v7({ msecs: clock.now() });
