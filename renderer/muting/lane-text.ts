import type { MuteLane } from '../../main/contract/mute-calendar.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';
import { alertsMatching, sentence } from '../ui/matcher-text.ts';

/** Returns the time zone of a lane where it is not that of the window. */
export const foreignZone = ({ timeZone }: MuteLane): string | null =>
  timeZone === browserTimeZone() ? null : timeZone;

/** Returns what a lane is about. */
export function laneName({ kind, name, matchers }: MuteLane): string {
  if (kind === 'quiet_hours') return text('muting.part.quietHours');
  return kind === 'silence' ? sentence(alertsMatching(matchers)) : name;
}

/** Returns when a span is, by the clock of its lane and, where that is another, by the reader's. */
export function spanText(lane: MuteLane, { startsAt, endsAt }: MuteLane['spans'][number]): string {
  const here = messages().momentRange(startsAt, endsAt);
  const zone = foreignZone(lane);
  if (zone === null) return here;
  const there = messages().momentRange(startsAt, endsAt, zone);
  return text('muting.calendar.elsewhere', { there, zone, here });
}
