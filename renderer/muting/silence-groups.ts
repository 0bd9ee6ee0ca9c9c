import type { Silence, SilenceState } from '../../main/contract/suppression.ts';

const MINUTE_MS = 60_000;

/** An end nearer than this is marked, so that nobody is surprised by the notifications that follow. */
export const ENDS_SOON_MS = 15 * MINUTE_MS;

/**
 * A silence's state by the host's word and the window's clock, whichever is further on: time goes on
 * between two answers, and the window's moment may be some seconds old.
 */
export function stateAt({ state, startsAt, endsAt }: Silence, nowMs: number): SilenceState {
  if (state === 'expired' || endsAt <= nowMs) return 'expired';
  return state === 'active' || startsAt <= nowMs ? 'active' : 'pending';
}

/** Silences by state: the active by their end, the pending by their beginning, the expired newest first. */
export function groupSilences(
  items: readonly Silence[],
  nowMs: number,
): Record<SilenceState, readonly Silence[]> {
  const groups: Record<SilenceState, Silence[]> = { active: [], pending: [], expired: [] };
  for (const silence of items) groups[stateAt(silence, nowMs)].push(silence);
  groups.active.sort((a, b) => a.endsAt - b.endsAt);
  groups.pending.sort((a, b) => a.startsAt - b.startsAt);
  groups.expired.sort((a, b) => b.endsAt - a.endsAt);
  return groups;
}
