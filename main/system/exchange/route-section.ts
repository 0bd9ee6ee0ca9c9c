import type { RouteService } from '../../alerts/rules/route-service.ts';
import { defined } from '../../base/assert.ts';
import { routeEntry, type RouteEntry } from '../../contract/config-document.ts';
import type { Route } from '../../contract/route.ts';
import type { ChannelService } from '../../queue/channel-service.ts';
import {
  byKey,
  channelMissing,
  inputOf,
  type EntryProblem,
  type Facts,
  type Section,
} from './section.ts';

/** Routes, in the order in which they are asked, with their channels by name. */
export function routeSection(routes: RouteService, channels: ChannelService): Section<RouteEntry> {
  /** One that was deleted since tells nobody, and has no name any more. */
  const namesOf = (ids: readonly string[]) => ids.flatMap((id) => channels.get(id)?.name ?? []);
  const idsOf = (names: readonly string[]) =>
    names.map((name) => defined(channels.byName(name), 'A channel that was looked up').id);

  const factsOf = ({ channelIds, escalation, ...route }: Route): Facts =>
    entryFacts({
      ...route,
      channels: namesOf(channelIds),
      escalation: escalation
        .map((step) => ({ afterMs: step.afterMs, channels: namesOf(step.channelIds) }))
        .filter((step) => step.channels.length > 0),
    });

  const inputFrom = ({ channels: names, escalation, ...entry }: RouteEntry) => ({
    ...entry,
    channelIds: idsOf(names),
    escalation: escalation.map((step) => ({
      afterMs: step.afterMs,
      channelIds: idsOf(step.channels),
    })),
  });

  return {
    name: 'routes',
    known: () =>
      byKey(
        routes.list(),
        ({ name }) => name,
        (route) => ({ id: route.id, facts: factsOf(route), secrets: {} }),
      ),
    written: ({ facts }) => facts,
    keyOf: ({ name }) => ['name', name],
    want: (entry, _known, { channelNames }) => {
      const problems = [
        ...unknown(entry.channels, channelNames, ['channels']),
        ...entry.escalation.flatMap((step, index) =>
          unknown(step.channels, channelNames, ['escalation', index, 'channels']),
        ),
      ];
      return problems.length > 0
        ? { ok: false, problems }
        : { ok: true, wanted: { entry, facts: entryFacts(entry), secrets: {}, notes: [] } };
    },
    put: (unit, { entry }, id, actor) =>
      id === null
        ? routes.collection.createIn(unit, inputFrom(entry), actor)
        : routes.collection.updateIn(unit, { ...inputFrom(entry), id }, actor),
    remove: (unit, id, actor) => routes.collection.deleteIn(unit, id, actor),
  };
}

/** Returns the facts of an entry, those first that people look for first. */
const entryFacts = (route: RouteEntry): Facts => {
  const { name, enabled, channels, ...rest } = inputOf(routeEntry, route);
  return { name, enabled, channels, ...rest };
};

const unknown = (
  names: readonly string[],
  channelNames: ReadonlySet<string>,
  path: readonly PropertyKey[],
): EntryProblem[] =>
  names.flatMap((name, index) =>
    channelNames.has(name) ? [] : [channelMissing([...path, index], name)],
  );
