import type { AlertReason } from '../../contract/reasons/heartbeat-reasons.ts';
import type { HoldReason } from '../../contract/reasons/hold-reasons.ts';
import type { HoldKind } from '../../contract/suppression.ts';
import type { Matchable } from '../../domain/matching.ts';
import type { Unit } from '../../store/unit.ts';

/** The reasons to keep an alert quiet, in the order in which they are asked. */
export type MuteKind = Extract<
  HoldKind,
  'pause' | 'silence' | 'maintenance' | 'inhibition' | 'snooze' | 'quiet_hours'
>;

/** An alert, as far as it matters to whether it is muted. */
export type MuteSubject = Matchable & {
  readonly id: string;
  /** Set where Belfry itself says the message. */
  readonly messageReason?: AlertReason | null | undefined;
};

/** The reason why no notifications of an alert are sent now. */
export interface Mute {
  readonly kind: MuteKind;
  /** The silence, window, inhibition or (when snoozed) alert; null where there is only one such thing. */
  readonly ref: string | null;
  readonly reason: HoldReason;
  /** The moment at which it ends (ms UTC); null if something else ends it, such as the alert that inhibits it. */
  readonly until: number | null;
}

/** Makes due what a reason holds, since it ended early or changed; what else holds it is asked then. */
export type Release = (unit: Unit, kind: MuteKind, ref: string | null, now: number) => void;

/** The mutes of one kind that are in force at a moment. */
export interface InForce {
  readonly count: number;
  /** The moment at which the first of them ends (ms UTC); null if none is in force. */
  readonly firstEndAt: number | null;
}

/** Longer comments are cut in sentences; the list shows them whole. */
const EXCERPT_CHARS_MAX = 80;

/** Returns a comment as a sentence quotes it: on one line, and not too long. */
export function excerpt(comment: string): string {
  const line = comment.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  if (characters.length <= EXCERPT_CHARS_MAX) return line;
  return `${characters.slice(0, EXCERPT_CHARS_MAX - 1).join('')}…`;
}

/** The earliest of some moments; null when there is none. */
export const earliest = (moments: Iterable<number | null>): number | null => {
  let first: number | null = null;
  for (const moment of moments) {
    if (moment !== null && (first === null || moment < first)) first = moment;
  }
  return first;
};

/** All that looks different once something is muted, or is not any more. */
export function noteMuting(unit: Unit): void {
  unit.changed({ entity: 'suppression' });
  unit.changed({ entity: 'everything' });
  unit.changed({ entity: 'status' });
}
