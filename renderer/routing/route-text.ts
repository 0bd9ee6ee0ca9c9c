import type { Route, RouteDefinition } from '../../main/contract/route.ts';
import { messages, text } from '../messages/text.svelte.ts';

type GroupBy = NonNullable<RouteDefinition['group']>;

const groupText = ({ by, waitMs }: GroupBy): string => {
  const duration = messages().duration(waitMs);
  return by.length === 0
    ? text('routing.feature.groupAll', { duration })
    : text('routing.feature.group', { labels: messages().list(by), duration });
};

/** Returns a phrase for each thing that a route does beyond notifying its channels at once. */
export function featureTexts(
  route: RouteDefinition,
  channelsText: (ids: readonly string[]) => string,
): string[] {
  const { holdForMs, resolvedForMs, group, reminder, escalation } = route;
  const duration = (ms: number): string => messages().duration(ms);
  return [
    ...(holdForMs > 0 ? [text('routing.feature.hold', { duration: duration(holdForMs) })] : []),
    ...(resolvedForMs > 0
      ? [text('routing.feature.resolvedFor', { duration: duration(resolvedForMs) })]
      : []),
    ...(group ? [groupText(group)] : []),
    ...(reminder
      ? [
          text('routing.feature.reminder', {
            interval: messages().every(reminder.intervalMs),
            max: reminder.max,
          }),
          ...(reminder.minSeverity === 'info'
            ? []
            : [
                text('routing.feature.reminderMinSeverity', {
                  severity: text(`common.severity.${reminder.minSeverity}`),
                }),
              ]),
          ...(reminder.louder ? [text('routing.feature.reminderLouder')] : []),
        ]
      : []),
    ...escalation.map(({ afterMs, channelIds }) =>
      text('routing.feature.escalation', {
        duration: duration(afterMs),
        channels: channelsText(channelIds),
      }),
    ),
    ...(route.continue ? [text('routing.feature.continue')] : []),
  ];
}

type Matched = Pick<Route, 'enabled' | 'matchers' | 'minSeverity' | 'continue'>;

/** Returns true if every alert takes this route, so that none can fall through. */
export const takesEverything = ({ enabled, matchers, minSeverity }: Matched): boolean =>
  enabled && matchers.length === 0 && minSeverity === 'info';

/** Returns the index from which routes are never reached, since one above takes everything; else the length. */
export function unreachedFrom(routes: readonly Matched[]): number {
  const last = routes.findIndex((route) => takesEverything(route) && !route.continue);
  return last < 0 ? routes.length : last + 1;
}
