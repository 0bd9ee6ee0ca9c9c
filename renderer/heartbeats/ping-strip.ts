import type { HeartbeatEvent } from '../../main/contract/heartbeat.ts';
import { absoluteTime, duration } from '../time/time-text.ts';
import { EVENT_LABELS } from './heartbeat-labels.ts';

type Outcome = 'succeeded' | 'warned' | 'failed' | 'late';

const OUTCOMES: Record<Outcome, string> = {
  succeeded: 'succeeded',
  warned: 'with warnings',
  failed: 'failed',
  late: 'late',
};

/** One bar of the picture: how a run ended, or that it did not come. */
export interface StripBar {
  readonly id: number;
  readonly outcome: Outcome;
  /** Its share of the longest duration, 0 to 1; 1 where no duration is known. */
  readonly share: number;
  readonly words: string;
}

const BARS_MAX = 40;

const outcomeOf = ({ type }: HeartbeatEvent): Outcome | null =>
  Object.hasOwn(OUTCOMES, type) ? (type as Outcome) : null;

const known = (durations: readonly (number | null)[]): number[] =>
  durations.filter((ms) => ms !== null);

/** The last pings and absences of a timeline (which is newest first), oldest first. */
export function pingStrip(timeline: readonly HeartbeatEvent[]): StripBar[] {
  const events = timeline.filter((event) => outcomeOf(event) !== null).slice(0, BARS_MAX);
  const longestMs = Math.max(1, ...known(events.map(({ durationMs }) => durationMs)));
  return events.toReversed().flatMap((event) => {
    const outcome = outcomeOf(event);
    if (outcome === null) return [];
    const { id, at, durationMs } = event;
    const took = durationMs === null ? '' : `, took ${duration(durationMs)}`;
    return {
      id,
      outcome,
      share: durationMs === null ? 1 : durationMs / longestMs,
      words: `${EVENT_LABELS[outcome]} ${absoluteTime(at)}${took}`,
    };
  });
}

/** The same in a sentence, for those who do not see the picture. */
export function stripWords(timeline: readonly HeartbeatEvent[]): string {
  const events = timeline.filter((event) => outcomeOf(event) !== null).slice(0, BARS_MAX);
  const count = (outcome: Outcome): number =>
    events.filter((event) => event.type === outcome).length;
  const counts = (Object.keys(OUTCOMES) as Outcome[])
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${OUTCOMES[outcome]}`);
  const durations = known(events.map(({ durationMs }) => durationMs));
  const range = [...new Set([Math.min(...durations), Math.max(...durations)])].map(duration);
  const took = durations.length === 0 ? '' : `; took ${range.join(' to ')}`;
  return `The last ${events.length}: ${counts.join(', ')}${took}.`;
}
