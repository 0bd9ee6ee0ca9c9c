import type { InhibitionService } from '../../alerts/inhibition-service.ts';
import type { MaintenanceService } from '../../alerts/maintenance-service.ts';
import type { RouteService } from '../../alerts/route-service.ts';
import { defined } from '../../base/assert.ts';
import type { HeartbeatService } from '../../heartbeats/heartbeat-service.ts';
import type { Unit } from '../../store/unit.ts';
import type { MappingService } from '../mapping-service.ts';
import type { SettingsService } from '../settings-service.ts';
import { ChannelSection, type ChannelSectionDeps } from './channel-section.ts';
import { heartbeatSection } from './heartbeat-section.ts';
import { routeSection } from './route-section.ts';
import { inhibitionSection, maintenanceSection, mappedWebhookSection } from './rule-sections.ts';
import { settingsSection } from './settings-section.ts';

export interface SectionsDeps extends ChannelSectionDeps {
  readonly settings: SettingsService;
  readonly routes: RouteService;
  readonly maintenance: MaintenanceService;
  readonly inhibitions: InhibitionService;
  readonly heartbeats: HeartbeatService;
  readonly mappings: MappingService;
}

export type Sections = ReturnType<typeof createSections>;

/** Everything that a file can speak of. */
export const createSections = (deps: SectionsDeps) => ({
  settings: settingsSection(deps.settings),
  channels: new ChannelSection(deps),
  routes: routeSection(deps.routes, deps.channels),
  maintenance: maintenanceSection(deps.maintenance),
  inhibitions: inhibitionSection(deps.inhibitions),
  heartbeats: heartbeatSection(deps.heartbeats),
  mappings: mappedWebhookSection(deps.mappings),
  /** Puts all routes into an order, by their names. */
  orderRoutes: (unit: Unit, names: readonly string[], actor: string): void => {
    const ids = new Map(deps.routes.list().map(({ name, id }) => [name, id]));
    const order = names.map((name) => defined(ids.get(name), 'A route that was imported'));
    deps.routes.orderIn(unit, order, actor);
  },
});
