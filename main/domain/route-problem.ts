import type { RouteReason } from '../contract/reasons/route-reasons.ts';
import type { Route } from '../contract/route.ts';

/**
 * Returns why a route, or one of its steps, notifies no one; null when it is disabled or all is well. A
 * route without its own channels that leads somewhere by its steps is meant to. `isUsable` answers
 * for a channel that exists and is enabled.
 */
export function routeProblem(
  route: Route,
  isUsable: (channelId: string) => boolean,
): RouteReason | null {
  if (!route.enabled) return null;
  const { channelIds, escalation } = route;
  const steps = escalation.map((step) => step.channelIds.some(isUsable));
  if (!channelIds.some(isUsable) && (channelIds.length > 0 || !steps.includes(true))) {
    return channelIds.length === 0
      ? { code: 'route.no_channel', params: {} }
      : { code: 'route.channels_unusable', params: {} };
  }
  const silent = steps.indexOf(false);
  return silent < 0 ? null : { code: 'route.step_unusable', params: { step: silent + 1 } };
}
