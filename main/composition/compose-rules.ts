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

export type Rules = ReturnType<typeof buildRules>;

/** Builds what decides which channels are notified, and what holds their notifications. */
export function buildRules({
  tables,
  channels,
  settings,
  writer,
  clock,
  logger,
  newId,
  wake,
  messages,
}: Shared) {
  const release: Release = (unit, kind, ref, now) => {
    for (const { id, channelId } of tables.notifications.holds.release(kind, ref, now)) {
      unit.changed({ entity: 'notification', id });
      unit.enqueued(channelId);
    }
  };
  const openAlerts = () => tables.ages.open();
  const snoozedAlerts = () => tables.ages.snoozed();
  const pause = new Pause({ tables, writer, clock, logger, wake, release });
  const silences = new SilenceService({
    tables,
    openAlerts,
    release,
    writer,
    clock,
    newId,
    messages,
  });
  const maintenance = new MaintenanceService({
    tables,
    release,
    writer,
    clock,
    logger,
    newId,
    messages,
  });
  const inhibitions = new InhibitionService({
    tables,
    openAlerts,
    release,
    writer,
    clock,
    newId,
    messages,
  });
  const mutes = new Mutes({
    pause,
    silences,
    maintenance,
    inhibitions,
    settings,
    snoozedAlerts,
    release,
    writer,
    clock,
    logger,
    wake,
  });
  const routes = new RouteService({ tables, channels, writer, clock, newId, messages });
  const channelDeletion = new ChannelDeletion({ channels, routes, writer });
  const rules: RuleCollections = {
    maintenance: maintenance.collection,
    inhibitions: inhibitions.collection,
  };
  return { pause, silences, maintenance, inhibitions, rules, mutes, routes, channelDeletion };
}
