import type { AlertAction, AlertService } from '../alerts/alert-service.ts';
import type { ChannelDeletion } from '../alerts/channel-deletion.ts';
import type { FlapPreview } from '../alerts/flap-preview-service.ts';
import { explain } from '../alerts/explanation.ts';
import type { MuteCalendarService } from '../alerts/rules/mute-calendar-service.ts';
import type { RouteService } from '../alerts/rules/route-service.ts';
import type { SilenceService } from '../alerts/rules/silence-service.ts';
import type { RuleCollections } from '../collections/collection.ts';
import type { Heartbeat } from '../contract/heartbeat.ts';
import { ok } from '../contract/result.ts';
import type { Caller } from '../domain/caller.ts';
import type { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import type { JobIntake } from '../heartbeats/heartbeat-pings.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { BulkWork } from '../queue/bulk-work.ts';
import type { ChannelPauses } from '../queue/channel-pauses.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import type { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import type { Pictures } from '../queue/pictures.ts';
import type { SessionService } from '../system/access/session-service.ts';
import type { TokenService } from '../system/access/token-service.ts';
import type { AuditLog } from '../system/audit-log.ts';
import type { Backups } from '../system/backups.ts';
import type { ConfigExchange } from '../system/exchange/exchange-service.ts';
import type { OutboundHeartbeat } from '../system/heartbeat-sender.ts';
import type { KeyRotation } from '../system/key-rotation.ts';
import type { TemplatePreviews } from '../queue/template-previews.ts';
import type { OverviewService } from '../system/overview-service.ts';
import type { MailRuleService } from '../system/mail-rule-service.ts';
import type { MappingService } from '../system/mapping-service.ts';
import type { RecoveryNotes } from '../system/recovery-notes.ts';
import type { RejectedInputService } from '../system/rejected-input-service.ts';
import type { SavedViews } from '../system/saved-views.ts';
import type { SettingsService } from '../system/settings-service.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { PushHub } from './push-hub.ts';
import { grants, type Handlers } from './dispatch.ts';
import { ingestHandlers } from './item-ingest.ts';
import { serve, serveCollection, serveRules } from './derived-handlers.ts';
import { refuse } from '../messages/failures.ts';

interface AlertHandlersDeps {
  readonly alerts: AlertService;
  readonly flapPreview: FlapPreview;
  readonly notifications: NotificationService;
  readonly channels: ChannelService;
  readonly pictures: Pick<Pictures, 'shown'>;
  readonly render: RenderReason;
}

export interface HandlersDeps extends AlertHandlersDeps {
  readonly deadLetters: DeadLetters;
  readonly bulk: BulkWork;
  readonly channelDeletion: ChannelDeletion;
  readonly channelPauses: ChannelPauses;
  readonly pause: Pause;
  readonly routes: RouteService;
  readonly silences: SilenceService;
  readonly rules: RuleCollections;
  readonly muteCalendar: MuteCalendarService;
  readonly mappings: MappingService;
  readonly mailRules: MailRuleService;
  readonly views: SavedViews;
  readonly heartbeats: { readonly service: HeartbeatService; readonly jobs: JobIntake };
  readonly settings: SettingsService;
  readonly outboundHeartbeat: OutboundHeartbeat;
  readonly exchange: ConfigExchange;
  readonly status: StatusBoard;
  readonly hub: Pick<PushHub, 'position'>;
  readonly overview: OverviewService;
  readonly templatePreview: TemplatePreviews;
  readonly tokens: TokenService;
  readonly sessions: SessionService;
  readonly auditLog: AuditLog;
  readonly rejected: RejectedInputService;
  readonly backups: Backups;
  readonly rotation: KeyRotation;
  readonly recoveries: RecoveryNotes;
  readonly metrics: Pick<Metrics, 'json'>;
}

/** Every method of the contract, most of them derived from the service that has it. */
export const createHandlers = (deps: HandlersDeps): Handlers => ({
  ...ingestHandlers({
    storeEvents: (events) => deps.alerts.ingest(events),
    storeJobs: (reports) => deps.heartbeats.jobs.ingest(reports),
    messages: () => deps.settings.messages(),
  }),
  ...alertHandlers(deps),
  ...queueHandlers(deps),
  ...ruleHandlers(deps),
  ...heartbeatHandlers(deps),
  ...systemHandlers(deps),
});

export function alertHandlers(deps: AlertHandlersDeps) {
  const { alerts, notifications, channels, pictures, render } = deps;
  const one =
    (kind: Exclude<AlertAction['kind'], 'snooze'>): Handlers['alerts.acknowledge'] =>
    ({ id }, { actor }) =>
      alerts.act(id, { kind }, actor);
  const many =
    (kind: Exclude<AlertAction['kind'], 'snooze'>): Handlers['alerts.acknowledgeMany'] =>
    async (selection, { actor }) =>
      ok(await alerts.actOnMany(selection, { kind }, actor));
  return {
    ...serve('alerts', ['list'], alerts),
    'alerts.get': ({ id }) => {
      const found = alerts.detail(id);
      if (!found) return refuse('not_found', { code: 'error.alert_unknown', params: {} });
      const { alert, timeline, flappingEvidence, ...story } = found;
      const own = { timeline, notifications: notifications.byAlert(id) };
      const facts = {
        ...story,
        ...own,
        flappingNotifications: flappingEvidence ? notifications.ofFlapping(id) : [],
        channels: channels.all().map((row) => channels.shown(row)),
      };
      return ok({ ...alert, ...own, flappingEvidence, explanation: explain(facts, render) });
    },
    'alerts.picture': ({ id }) => {
      const shown = pictures.shown(id);
      return shown ? ok(shown) : refuse('not_found', { code: 'error.alert_unknown', params: {} });
    },
    'alerts.acknowledge': one('acknowledge'),
    'alerts.unacknowledge': one('unacknowledge'),
    'alerts.resolve': one('resolve'),
    'alerts.snooze': ({ id, durationMs }, { actor }) =>
      alerts.act(id, { kind: 'snooze', durationMs }, actor),
    'alerts.unsnooze': one('unsnooze'),
    'alerts.settle': one('settle'),
    'alerts.acknowledgeMany': many('acknowledge'),
    'alerts.unacknowledgeMany': many('unacknowledge'),
    'alerts.resolveMany': many('resolve'),
    'alerts.snoozeMany': async ({ durationMs, ...selection }, { actor }) =>
      ok(await alerts.actOnMany(selection, { kind: 'snooze', durationMs }, actor)),
    'alerts.groups': (query) => ok(alerts.groups(query)),
    'labels.list': (query) => ok(alerts.labels(query)),
    ...serve('conditions', ['previewFlapping'], deps.flapPreview),
    'conditions.flapping': (query) => ok(alerts.flapping(query)),
  } satisfies Partial<Handlers>;
}

/** Notifications, dead letters and channels. */
function queueHandlers(deps: HandlersDeps) {
  const { notifications, deadLetters, bulk, channels, channelPauses, pause, status } = deps;
  return {
    ...serve('notifications', ['stats', 'requeue', 'retry', 'read'], notifications),
    'notifications.list': (query) => notifications.find(query),
    'notifications.get': ({ id }) => notifications.detail(id),
    'notifications.discard': ({ id, onlyDead }, { actor }) =>
      notifications.discard(id, actor, onlyDead),
    'notifications.requeueMany': (selection, { actor }) => bulk.requeue(selection, actor),
    'notifications.previewRequeue': (selection) => deadLetters.preview(selection),
    'notifications.retryMany': (selection, { actor }) => bulk.retry(selection, actor),
    'notifications.discardMany': (selection, { actor }) => bulk.discard(selection, actor),
    ...serve('notifications', ['undoDiscard'], bulk),
    ...serve('bulk', ['list', 'cancel'], bulk),
    'bulk.get': ({ id }) => {
      const job = bulk.get(id);
      return job ? ok(job) : refuse('not_found', { code: 'error.bulk_unknown', params: {} });
    },
    ...serve('deadLetters', ['groups', 'hours'], deadLetters),
    ...serve('channels', ['list', 'get'], channels.collection),
    ...serve('channels', ['create', 'update'], channels),
    ...serve('channels', ['activity'], deps.overview),
    'channels.previewTemplate': (input) => deps.templatePreview.preview(input),
    ...serve('channels', ['delete'], deps.channelDeletion),
    ...serve('channels', ['pause', 'resume'], channelPauses),
    ...serve('channels', ['test'], notifications),
    'deliveries.pause': async ({ durationMs }, { actor }) => {
      await pause.begin(durationMs ?? null, actor);
      return ok(status.status());
    },
    'deliveries.resume': async (_input, { actor }) => {
      await pause.end(actor);
      return ok(status.status());
    },
  } satisfies Partial<Handlers>;
}

const ruleHandlers = ({
  routes,
  silences,
  rules,
  mappings,
  mailRules,
  views,
  muteCalendar,
}: HandlersDeps) => ({
  ...serve('muting', ['calendar'], muteCalendar),
  ...serveCollection('routes', routes.collection),
  ...serve('routes', ['order', 'preview'], routes),
  ...serve('silences', ['list', 'get', 'create', 'update'], silences.collection),
  ...serve('silences', ['expire'], silences),
  ...serveRules(rules),
  ...serveCollection('views', views),
  ...serveCollection('mappedWebhooks', mappings.collection),
  ...serve('mappedWebhooks', ['sample', 'preview'], mappings),
  ...serveCollection('mailRules', mailRules.collection),
  ...serve('mailRules', ['received', 'preview'], mailRules),
});

function heartbeatHandlers({ heartbeats: { service } }: HandlersDeps) {
  return {
    ...serve('heartbeats', ['create', 'update', 'delete'], service.collection),
    ...serve('heartbeats', ['history', 'pause', 'resume'], service),
    'heartbeats.list': (_input, caller) =>
      ok({ items: service.collection.list().map((heartbeat) => shownTo(caller, heartbeat)) }),
    'heartbeats.get': ({ id }, caller) => {
      const found = service.detail(id);
      return found.ok ? ok(shownTo(caller, found.value)) : found;
    },
  } satisfies Partial<Handlers>;
}

/** Whoever knows the ping id may ping, which takes more than the scope to read. */
const shownTo = <T extends Heartbeat>({ scope }: Caller, heartbeat: T): T =>
  grants(scope, 'operate') ? heartbeat : { ...heartbeat, pingId: null };

function systemHandlers(deps: HandlersDeps) {
  const { settings, sessions, metrics } = deps;
  return {
    ...serve('tokens', ['list', 'create', 'delete'], deps.tokens),
    ...serve('sessions', ['end'], sessions),
    'sessions.list': (_input, { sessionId }) => ok({ items: sessions.list(sessionId) }),
    'sessions.endOthers': (_input, caller) => sessions.endOthers(caller),
    ...serve('session', ['link'], sessions),
    'settings.get': () => ok(settings.current()),
    ...serve('settings', ['update'], settings),
    ...serve('outboundHeartbeat', ['test'], deps.outboundHeartbeat),
    'system.status': () => ok({ ...deps.status.status(), position: deps.hub.position }),
    ...serve('overview', ['get'], deps.overview),
    ...serve('audit', ['list'], deps.auditLog),
    ...serve('config', ['export', 'preview', 'apply'], deps.exchange),
    ...serve('rejected', ['list', 'get', 'replay', 'delete', 'clear'], deps.rejected),
    ...serve('backups', ['list', 'create'], deps.backups),
    ...serve('keys', ['rotate'], deps.rotation),
    ...serve('recovery', ['dismiss'], deps.recoveries),
    'metrics.get': async () => ok(await metrics.json()),
  } satisfies Partial<Handlers>;
}
