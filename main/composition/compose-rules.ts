import { InhibitionService } from '../alerts/rules/inhibition-service.ts';
import { MaintenanceService } from '../alerts/rules/maintenance-service.ts';
import type { Release } from '../alerts/rules/mute-reason.ts';
import { Mutes } from '../alerts/rules/mutes.ts';
import { ChannelDeletion } from '../alerts/channel-deletion.ts';
import { RouteService } from '../alerts/rules/route-service.ts';
import { SilenceService } from '../alerts/rules/silence-service.ts';
import type { RuleCollections } from '../collections/collection.ts';
import { Pause } from '../queue/pause.ts';
import type { Shared } from './compose-shared.ts';

/** Who is told, and what keeps them from being told. */
export function buildRules(shared: Shared) {
  const { tables } = shared;
  const release: Release = (unit, kind, ref, now) => {
    for (const { id, channelId } of tables.notifications.holds.release(kind, ref, now)) {
      unit.changed({ entity: 'notification', id });
      unit.enqueued(channelId);
    }
  };
  const openAlerts = () => tables.ages.open();
  const common = { ...shared, openAlerts, release };
  const pause = new Pause({ ...shared, settings: tables.settings, release });
  const silences = new SilenceService({ ...common, rows: tables.silences });
  const maintenance = new MaintenanceService({ ...common, rows: tables.maintenanceWindows });
  const inhibitions = new InhibitionService({ ...common, rows: tables.inhibitions });
  const mutes = new Mutes({
    ...common,
    silences,
    maintenance,
    inhibitions,
    pause,
    snoozedAlerts: () => tables.ages.snoozed(),
  });
  const routes = new RouteService({ ...shared, rows: tables.routes });
  const channelDeletion = new ChannelDeletion({ ...shared, routes });
  const rules: RuleCollections = {
    maintenance: maintenance.collection,
    inhibitions: inhibitions.collection,
  };
  return { pause, silences, maintenance, inhibitions, rules, mutes, routes, channelDeletion };
}
