import { InhibitionBook } from '../alerts/inhibition-service.ts';
import { MaintenanceBook } from '../alerts/maintenance-service.ts';
import type { Release } from '../alerts/mute-reason.ts';
import { Mutes } from '../alerts/mutes.ts';
import { ChannelDeletion } from '../alerts/channel-deletion.ts';
import { RouteBook } from '../alerts/route-service.ts';
import { SilenceBook } from '../alerts/silence-service.ts';
import { Pause } from '../queue/pause.ts';
import type { Shared } from './compose-shared.ts';

/** Who is told, and what keeps them from being told. */
export function buildRules(shared: Shared) {
  const { tables, settings } = shared;
  const release: Release = (unit, kind, ref, now) => {
    for (const { id, channelId } of tables.holds.release(kind, ref, now)) {
      unit.changed({ entity: 'notification', id });
      unit.owes(channelId);
    }
  };
  const openAlerts = () => tables.ages.open();
  const common = { ...shared, ...tables, settings, openAlerts, release };
  const pause = new Pause({ ...shared, settings: tables.settings, release });
  const silences = new SilenceBook(common);
  const maintenance = new MaintenanceBook(common);
  const inhibitions = new InhibitionBook(common);
  const mutes = new Mutes({
    ...common,
    silences,
    maintenance,
    inhibitions,
    pause,
    snoozedAlerts: () => tables.ages.snoozed(),
  });
  const routes = new RouteBook({ ...shared, routes: tables.routes });
  const channelDeletion = new ChannelDeletion({ ...shared, routes });
  return { pause, silences, maintenance, inhibitions, mutes, routes, channelDeletion };
}
