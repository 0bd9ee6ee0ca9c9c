import type { HeartbeatEvent } from '../../main/contract/heartbeat.ts';
import { messages, text } from '../messages/text.svelte.ts';

const OUTCOMES = ['succeeded', 'warned', 'failed', 'late'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** One bar of the picture: how a run ended, or that it did not come. */
export interface StripBar {
  readonly id: number;
  readonly at: number;
  readonly durationMs: number | null;
  readonly outcome: Outcome;
  /** Its share of the longest duration, 0 to 1; 1 where no duration is known. */
  readonly share: number;
  readonly words: string;
}

const BARS_MAX = 40;

const outcomeOf = ({ type }: HeartbeatEvent): Outcome | null =>
  OUTCOMES.find((outcome) => outcome === type) ?? null;

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
    return {
      ...{ id, at, durationMs, outcome },
      share: durationMs === null ? 1 : durationMs / longestMs,
      words: [
        text(`heartbeats.event.${outcome}`),
        messages().dateTime(at),
        ...(durationMs === null
          ? []
          : [text('heartbeats.outcome.took', { duration: messages().duration(durationMs) })]),
      ].join(', '),
    };
  });
}

/** The durations that give a picture its scale, in ms. */
export interface StripScale {
  readonly longestMs: number;
  readonly medianMs: number;
}

/** Returns the scale of bars whose durations differ; null where there is nothing to compare. */
export function stripScale(bars: readonly StripBar[]): StripScale | null {
  const durations = known(bars.map(({ durationMs }) => durationMs)).toSorted((a, b) => a - b);
  const [shortestMs, longestMs] = [durations[0], durations.at(-1)];
  const medianMs = durations[Math.floor(durations.length / 2)];
  return longestMs === undefined || medianMs === undefined || shortestMs === longestMs
    ? null
    : { longestMs, medianMs };
}

/** Returns how many ended in which way: "3 succeeded, 1 failed"; empty where none is known. */
export const outcomesText = (
  events: readonly { readonly type: HeartbeatEvent['type'] }[],
): string =>
  OUTCOMES.flatMap((outcome) => {
    const count = events.filter(({ type }) => type === outcome).length;
    return count === 0 ? [] : text(`heartbeats.strip.count.${outcome}`, { count });
  }).join(', ');

/** Returns the same in a sentence, for those who do not see the picture. */
export function stripText(timeline: readonly HeartbeatEvent[]): string {
  const events = timeline.filter((event) => outcomeOf(event) !== null).slice(0, BARS_MAX);
  const outcomes = outcomesText(events);
  const durations = known(events.map(({ durationMs }) => durationMs));
  if (durations.length === 0) return text('heartbeats.strip.summary', { outcomes });
  const [least, most] = [Math.min(...durations), Math.max(...durations)].map((ms) =>
    messages().duration(ms),
  ) as [string, string];
  return least === most
    ? text('heartbeats.strip.summaryWithDuration', { outcomes, duration: least })
    : text('heartbeats.strip.summaryWithDurations', { outcomes, least, most });
}
