import type { ChannelDeletion } from '../alerts/channel-deletion.ts';
import type { RouteService } from '../alerts/rules/route-service.ts';
import type { SilenceService } from '../alerts/rules/silence-service.ts';
import type { RuleCollections } from '../collections/collection.ts';
import { ok } from '../contract/result.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ChannelPauses } from '../queue/channel-pauses.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import type { Backups } from '../system/backups.ts';
import type { ConfigExchange } from '../system/exchange/exchange-service.ts';
import type { MappingService } from '../system/mapping-service.ts';
import type { RecoveryNotes } from '../system/recovery-notes.ts';
import type { RejectedInputService } from '../system/rejected-input-service.ts';
import type { SettingsService } from '../system/settings-service.ts';
import type { OutboundHeartbeat } from '../system/heartbeat-sender.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { Handlers } from './dispatch.ts';
import { collectionHandlers, forward, forwardId, forwardRules } from './forward.ts';

export interface CoreHandlersDeps {
  readonly notifications: NotificationService;
  readonly channels: ChannelService;
  readonly channelDeletion: ChannelDeletion;
  readonly channelPauses: ChannelPauses;
  readonly settings: SettingsService;
  readonly status: StatusBoard;
  readonly pause: Pause;
  readonly outboundHeartbeat: OutboundHeartbeat;
}

/** The contract's methods about notifications, channels and settings. */
export function coreHandlers(deps: CoreHandlersDeps) {
  const { notifications, channels, channelPauses, settings, status, pause } = deps;
  return {
    ...forwardId('notifications', ['requeue', 'retry', 'read'], notifications),
    'notifications.list': (query) =>
      query.group === undefined
        ? ok(notifications.list(query))
        : notifications.listOfGroup(query.group, query),
    'notifications.stats': () => ok(notifications.stats()),
    'notifications.get': ({ id }) => notifications.detail(id),
    'notifications.discard': ({ id, onlyDead }, { actor }) =>
      notifications.discard(id, actor, onlyDead),
    'channels.list': () => ok({ items: channels.collection.list() }),
    ...forward('channels', ['create', 'update'], channels.collection),
    ...forwardId('channels', ['get'], channels.collection),
    ...forward('channels', ['delete'], deps.channelDeletion),
    ...forward('channels', ['pause'], channelPauses),
    ...forwardId('channels', ['resume'], channelPauses),
    ...forwardId('channels', ['test'], notifications),
    'settings.get': () => ok(settings.current()),
    ...forward('settings', ['update'], settings),
    'outboundHeartbeat.test': () => deps.outboundHeartbeat.test(),
    'system.status': () => ok(status.status()),
    'deliveries.pause': async ({ durationMs }, { actor }) => {
      await pause.begin(durationMs, actor);
      return ok(status.status());
    },
    'deliveries.resume': async (_input, { actor }) => {
      await pause.end(actor);
      return ok(status.status());
    },
  } satisfies Partial<Handlers>;
}

export interface RuleHandlersDeps {
  readonly routes: RouteService;
  readonly silences: SilenceService;
  readonly rules: RuleCollections;
  readonly mappings: MappingService;
  readonly exchange: ConfigExchange;
}

/** The contract's methods about everything that people set up besides channels, and all of it as a file. */
export function ruleHandlers(deps: RuleHandlersDeps) {
  const { routes, silences, rules, mappings, exchange } = deps;
  return {
    ...collectionHandlers('routes', routes.collection),
    ...forward('routes', ['order'], routes),
    'routes.preview': (alert) => ok(routes.preview(alert)),
    'silences.list': () => ok({ items: silences.collection.list() }),
    ...forwardId('silences', ['get'], silences.collection),
    ...forward('silences', ['create', 'update'], silences.collection),
    ...forwardId('silences', ['expire'], silences),
    ...forwardRules(rules),
    ...collectionHandlers('mappedWebhooks', mappings.collection),
    ...forwardId('mappedWebhooks', ['sample'], mappings),
    ...forward('mappedWebhooks', ['preview'], mappings),
    ...forward('config', ['export', 'preview', 'apply'], exchange),
  } satisfies Partial<Handlers>;
}

export interface UpkeepHandlersDeps {
  readonly rejected: RejectedInputService;
  readonly backups: Backups;
  readonly recoveries: RecoveryNotes;
  readonly metrics: Pick<Metrics, 'json'>;
}

/** The contract's methods about input that could not be read, backups and metrics. */
export function upkeepHandlers({ rejected, backups, recoveries, metrics }: UpkeepHandlersDeps) {
  return {
    'rejected.list': (query) => ok(rejected.list(query)),
    ...forwardId('rejected', ['get', 'replay', 'delete'], rejected),
    'rejected.clear': (_input, { actor }) => rejected.clear(actor),
    'backups.list': () => ok({ items: backups.list() }),
    'backups.create': (_input, { actor }) => backups.create(actor),
    'recovery.dismiss': (_input, { actor }) => recoveries.dismiss(actor),
    'metrics.get': async () => ok(await metrics.json()),
  } satisfies Partial<Handlers>;
}
