import { InhibitionService } from '../alerts/rules/inhibition-service.ts';
import { MaintenanceService } from '../alerts/rules/maintenance-service.ts';
import type { Release } from '../alerts/rules/mute-reason.ts';
import { MuteCalendarService } from '../alerts/rules/mute-calendar-service.ts';
import { Mutes } from '../alerts/rules/mutes.ts';
import { ChannelDeletion } from '../alerts/channel-deletion.ts';
import { RouteService } from '../alerts/rules/route-service.ts';
import { SilenceService } from '../alerts/rules/silence-service.ts';
import type { RuleCollections } from '../collections/collection.ts';
import { Pause } from '../queue/pause.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Unit } from '../store/unit.ts';
import type { Shared } from './compose-shared.ts';

export type Rules = ReturnType<typeof buildRules>;

/** Has what was made due looked at, here and in the windows. */
function released(unit: Unit, rows: readonly ChangedRow[]): void {
  for (const { id, channelId } of rows) {
    unit.changed({ entity: 'notification', id });
    unit.enqueued(channelId);
  }
}

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
  const { holds } = tables.notifications;
  const release: Release = (unit, kind, ref, now) => released(unit, holds.release(kind, ref, now));
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
    channels,
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
    releaseTimed: (unit, now) => released(unit, holds.releaseTimed(now)),
    writer,
    clock,
    logger,
    wake,
  });
  const muteCalendar = new MuteCalendarService({ silences, maintenance, settings });
  const routes = new RouteService({ tables, channels, writer, clock, newId, messages });
  const channelDeletion = new ChannelDeletion({ channels, routes, maintenance, writer });
  const rules: RuleCollections = {
    maintenance: maintenance.collection,
    inhibitions: inhibitions.collection,
  };
  return {
    ...{ pause, silences, maintenance, inhibitions, rules, mutes, muteCalendar },
    ...{ routes, channelDeletion },
  };
}
