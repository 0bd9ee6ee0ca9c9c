import type { AlertService, AlertAction } from '../alerts/alert-service.ts';
import { explain } from '../alerts/explanation.ts';
import { eventInput } from '../contract/alert.ts';
import { fail, ok } from '../contract/result.ts';
import { readApiEvent } from '../ingest/api-event.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { NotificationService } from '../queue/notification-service.ts';
import type { Handlers } from './dispatch.ts';
import { ingestItems } from './item-ingest.ts';

export interface AlertHandlersDeps {
  readonly alerts: AlertService;
  readonly notifications: NotificationService;
  readonly channels: ChannelService;
  readonly render: RenderReason;
}

/** The contract's methods about alerts. */
export function alertHandlers({ alerts, notifications, channels, render }: AlertHandlersDeps) {
  const one =
    (kind: Exclude<AlertAction['kind'], 'snooze'>): Handlers['alerts.acknowledge'] =>
    ({ id }, { actor }) =>
      alerts.act(id, { kind }, actor);
  const many =
    (kind: Exclude<AlertAction['kind'], 'snooze'>): Handlers['alerts.acknowledgeMany'] =>
    async (selection, { actor }) =>
      ok(await alerts.actOnMany(selection, { kind }, actor));
  return {
    'events.ingest': (input, { source }) =>
      ingestItems(input, {
        schema: eventInput,
        read: (item) => readApiEvent(item, source),
        store: (events) => alerts.ingest(events),
      }),
    'alerts.list': (query) => alerts.list(query),
    'alerts.get': ({ id }) => {
      const found = alerts.detail(id);
      if (!found) return fail('not_found', 'There is no alert with this id.');
      const { alert, timeline, flappingEvidence, ...story } = found;
      const owed = notifications.byAlert(id);
      const facts = {
        ...story,
        timeline,
        notifications: owed,
        channels: channels.all().map((row) => channels.shown(row)),
      };
      const explanation = explain(facts, render);
      return ok({ ...alert, timeline, notifications: owed, flappingEvidence, explanation });
    },
    'alerts.acknowledge': one('acknowledge'),
    'alerts.unacknowledge': one('unacknowledge'),
    'alerts.resolve': one('resolve'),
    'alerts.snooze': ({ id, durationMs }, { actor }) =>
      alerts.act(id, { kind: 'snooze', durationMs }, actor),
    'alerts.unsnooze': one('unsnooze'),
    'alerts.acknowledgeMany': many('acknowledge'),
    'alerts.unacknowledgeMany': many('unacknowledge'),
    'alerts.resolveMany': many('resolve'),
    'alerts.snoozeMany': async ({ durationMs, ...selection }, { actor }) =>
      ok(await alerts.actOnMany(selection, { kind: 'snooze', durationMs }, actor)),
    'conditions.flapping': () => ok(alerts.flapping()),
  } satisfies Partial<Handlers>;
}
