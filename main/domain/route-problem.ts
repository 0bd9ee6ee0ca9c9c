import type { Route } from '../contract/route.ts';

/**
 * Returns why a route, or one of its steps, notifies no one; null when it is disabled or all is well. A
 * route without channels of its own that leads somewhere by its steps is meant to. `isUsable` answers
 * for a channel that exists and is enabled.
 */
export function routeProblem(
  route: Route,
  isUsable: (channelId: string) => boolean,
): string | null {
  if (!route.enabled) return null;
  const { channelIds, escalation } = route;
  const steps = escalation.map((step) => step.channelIds.some(isUsable));
  if (!channelIds.some(isUsable) && (channelIds.length > 0 || !steps.includes(true))) {
    return channelIds.length === 0
      ? 'It has no channel, so it notifies no one. Add one.'
      : 'All of its channels are disabled or deleted, so it notifies no one. Enable or add one.';
  }
  const silent = steps.indexOf(false);
  if (silent < 0) return null;
  return `All channels of its escalation step ${silent + 1} are disabled or deleted, so the step notifies no one. Enable or add one.`;
}
