import type { Route, RouteDefinition } from '../../main/contract/route.ts';
import { duration } from '../time/time-text.ts';
import { matcherWords, sentence } from '../ui/matcher-labels.ts';

type NameOf = (channelId: string) => string;

const namesOf = (ids: readonly string[], nameOf: NameOf): string =>
  ids.length === 0 ? 'nobody' : ids.map(nameOf).join(', ');

/** Which alerts take a route, as the beginning of a sentence. */
export const takersWords = ({ matchers, minSeverity }: RouteDefinition): string =>
  sentence(matcherWords(matchers, minSeverity));

/** Who is told. */
export const targetWords = (route: RouteDefinition, nameOf: NameOf): string =>
  namesOf(route.channelIds, nameOf);

const groupWords = ({ by, waitMs }: NonNullable<RouteDefinition['group']>): string =>
  by.length === 0
    ? `collected into one message for ${duration(waitMs)}`
    : `grouped by ${by.join(', ')} for ${duration(waitMs)}`;

/** How a route tells, a phrase for each thing that it does beyond telling at once. */
export function mannerWords(route: RouteDefinition, nameOf: NameOf): string[] {
  const { holdForMs, group, reminder, escalation } = route;
  return [
    ...(holdForMs > 0 ? [`held for ${duration(holdForMs)}`] : []),
    ...(group ? [groupWords(group)] : []),
    ...(reminder
      ? [
          `reminded every ${duration(reminder.intervalMs)}, at most ${reminder.max} ${reminder.max === 1 ? 'time' : 'times'}`,
        ]
      : []),
    ...escalation.map(
      ({ afterMs, channelIds }) =>
        `after ${duration(afterMs)} also → ${namesOf(channelIds, nameOf)}`,
    ),
    ...(route.continue ? ['the routes below are asked too'] : []),
  ];
}

type Asked = Pick<Route, 'enabled' | 'matchers' | 'minSeverity' | 'continue'>;

/** Whether every alert takes this route, so that none can fall through. */
export const takesEverything = ({ enabled, matchers, minSeverity }: Asked): boolean =>
  enabled && matchers.length === 0 && minSeverity === 'info';

/** Where the routes begin that are never asked, since one above takes everything; the length when all are asked. */
export function unreachedFrom(routes: readonly Asked[]): number {
  const last = routes.findIndex((route) => takesEverything(route) && !route.continue);
  return last < 0 ? routes.length : last + 1;
}
