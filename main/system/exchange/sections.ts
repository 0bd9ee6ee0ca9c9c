import type { z } from 'zod';
import type { InhibitionService } from '../../alerts/inhibition-service.ts';
import type { MaintenanceService } from '../../alerts/maintenance-service.ts';
import type { RouteService } from '../../alerts/route-service.ts';
import type { Collection, Stamps } from '../../collections/collection.ts';
import type { ConfigSection } from '../../contract/config-exchange.ts';
import { mappedWebhookInput } from '../../contract/mapped-webhook.ts';
import {
  inhibitionInput,
  maintenanceInput,
  type MaintenanceInput,
} from '../../contract/suppression.ts';
import type { HeartbeatService } from '../../heartbeats/heartbeat-service.ts';
import type { MappingService } from '../mapping-service.ts';
import type { SettingsService } from '../settings-service.ts';
import { ChannelSection, type ChannelSectionDeps } from './channel-section.ts';
import { heartbeatSection } from './heartbeat-section.ts';
import { routeSection } from './route-section.ts';
import { byKey, inputOf, type Facts, type Section } from './section.ts';
import { settingsSection } from './settings-section.ts';

export interface SectionsDeps extends ChannelSectionDeps {
  readonly settings: SettingsService;
  readonly routes: RouteService;
  readonly maintenance: MaintenanceService;
  readonly inhibitions: InhibitionService;
  readonly heartbeats: HeartbeatService;
  readonly mappings: MappingService;
}

/** Everything that a file can speak of, in the order in which it is written and imported. */
export const createSections = (deps: SectionsDeps) => ({
  settings: settingsSection(deps.settings),
  channels: new ChannelSection(deps),
  routes: routeSection(deps.routes, deps.channels),
  maintenanceWindows: collectionSection(
    'maintenanceWindows',
    deps.maintenance.collection,
    maintenanceInput,
    maintenanceFacts,
  ),
  inhibitions: collectionSection('inhibitions', deps.inhibitions.collection, inhibitionInput),
  heartbeats: heartbeatSection(deps.heartbeats),
  mappedWebhooks: collectionSection('mappedWebhooks', deps.mappings.collection, mappedWebhookInput),
});

export type Sections = ReturnType<typeof createSections>;

/** A collection whose entries in a file are just what it takes, known by their names. */
function collectionSection<Schema extends z.ZodObject<{ name: z.ZodString }>, Row extends Stamps>(
  name: ConfigSection,
  collection: Collection<
    Row,
    z.output<Schema>,
    z.output<Schema> & { readonly id: string },
    z.output<Schema> & Stamps
  >,
  schema: Schema,
  factsOf: (entry: z.output<Schema>) => Facts = (entry) => entry,
): Section<z.output<Schema>> {
  return {
    name,
    known: () =>
      byKey(
        collection.list(),
        (row) => row.name,
        (row) => ({ id: row.id, facts: factsOf(inputOf(schema, row)), secrets: {} }),
      ),
    written: ({ facts }) => facts,
    keyOf: (entry) => ['name', entry.name],
    want: (entry) => ({
      ok: true,
      wanted: { entry, facts: factsOf(entry), secrets: {}, notes: [] },
    }),
    put: (unit, { entry }, id, actor) =>
      id === null
        ? collection.createIn(unit, entry, actor)
        : collection.updateIn(unit, { ...entry, id }, actor),
    remove: (unit, id, actor) => collection.deleteIn(unit, id, actor),
  };
}

/** The same moment is written in many ways; ISO 8601 in UTC is one that people can read. */
const maintenanceFacts = ({ schedule, ...input }: MaintenanceInput): Facts => ({
  ...input,
  schedule:
    schedule.type === 'once'
      ? { type: 'once', startsAt: isoTime(schedule.startsAt), endsAt: isoTime(schedule.endsAt) }
      : schedule,
});

const isoTime = (moment: string | number): string => new Date(moment).toISOString();
