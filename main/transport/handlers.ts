import type { ChannelDeletion } from '../alerts/channel-deletion.ts';
import { ok } from '../contract/result.ts';
import type { ChannelPauses } from '../queue/channel-pauses.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import { noSuchChannel, toChannel } from '../queue/channel-facts.ts';
import type { NotificationService } from '../queue/notification-service.ts';
import type { Pause } from '../queue/pause.ts';
import type { SettingsService } from '../system/settings-service.ts';
import type { OutboundHeartbeat } from '../system/heartbeat-sender.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { BulkMethod } from './dead-letter-handlers.ts';
import type { Handlers } from './dispatch.ts';

export interface HandlersDeps {
  readonly notifications: NotificationService;
  readonly channels: ChannelService;
  readonly channelDeletion: ChannelDeletion;
  readonly channelPauses: ChannelPauses;
  readonly settings: SettingsService;
  readonly status: StatusBoard;
  readonly pause: Pause;
  readonly outboundHeartbeat: OutboundHeartbeat;
}

type Named<Group extends string> = Extract<keyof Handlers, `${Group}.${string}`>;
type CoreHandlers = Pick<
  Handlers,
  | Exclude<Named<'notifications'>, BulkMethod>
  | Named<'channels'>
  | Named<'settings'>
  | Named<'system'>
  | Named<'outboundHeartbeat'>
  | Named<'deliveries'>
>;

/** The contract over queue and settings. What needs thought is in the services; this only connects. */
export function coreHandlers(deps: HandlersDeps): CoreHandlers {
  const {
    notifications,
    channels,
    channelDeletion,
    channelPauses,
    settings,
    status,
    pause,
    outboundHeartbeat,
  } = deps;
  return {
    'notifications.list': (query) =>
      query.group === undefined
        ? ok(notifications.list(query))
        : notifications.listOfGroup(query.group, query),
    'notifications.stats': () => ok(notifications.stats()),
    'notifications.get': ({ id }) => notifications.detail(id),
    'notifications.requeue': ({ id }, { actor }) => notifications.requeue(id, actor),
    'notifications.retry': ({ id }, { actor }) => notifications.retry(id, actor),
    'notifications.discard': ({ id, onlyDead }, { actor }) =>
      notifications.discard(id, actor, onlyDead),
    'notifications.read': ({ id }, { actor }) => notifications.read(id, actor),
    'channels.list': () => ok({ items: channels.all().map(toChannel) }),
    'channels.get': ({ id }) => {
      const row = channels.get(id);
      return row ? ok(toChannel(row)) : noSuchChannel();
    },
    'channels.create': (input, { actor }) => channels.create(input, actor),
    'channels.update': (patch, { actor }) => channels.update(patch, actor),
    'channels.delete': (input, { actor }) => channelDeletion.delete(input, actor),
    'channels.pause': (input, { actor }) => channelPauses.pause(input, actor),
    'channels.resume': ({ id }, { actor }) => channelPauses.resume(id, actor),
    'channels.test': ({ id }, { actor }) => notifications.test(id, actor),
    'settings.get': () => ok(settings.current()),
    'settings.update': (patch, { actor }) => settings.update(patch, actor),
    'outboundHeartbeat.test': () => outboundHeartbeat.test(),
    'system.status': () => ok(status.status()),
    'deliveries.pause': async ({ durationMs }, { actor }) => {
      await pause.begin(durationMs, actor);
      return ok(status.status());
    },
    'deliveries.resume': async (_input, { actor }) => {
      await pause.end(actor);
      return ok(status.status());
    },
  };
}
