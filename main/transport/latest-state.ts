import type { AlertService } from '../alerts/alert-service.ts';
import type { Change } from '../contract/push.ts';
import type { HeartbeatService } from '../heartbeats/heartbeat-service.ts';
import type { BulkWork } from '../queue/bulk-work.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { NotificationService } from '../queue/notification-service.ts';
import type { SettingsService } from '../system/settings-service.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { ChangedEntity } from './push-hub.ts';

export interface LatestStateDeps {
  readonly alerts: Pick<AlertService, 'get'>;
  readonly notifications: Pick<NotificationService, 'get'>;
  readonly channels: Pick<ChannelService, 'get' | 'shown'>;
  readonly heartbeats: { readonly service: Pick<HeartbeatService, 'get'> };
  readonly bulk: Pick<BulkWork, 'get'>;
  readonly settings: Pick<SettingsService, 'current'>;
  readonly status: Pick<StatusBoard, 'status'>;
}

/** Returns the latest state of what changed, as windows see it. */
export function latestState(
  { alerts, notifications, channels, heartbeats, bulk, settings, status }: LatestStateDeps,
  { entity, id = '' }: ChangedEntity,
): Change | null {
  switch (entity) {
    case 'alert':
      return { entity, id, value: alerts.get(id) };
    case 'notification':
      return { entity, id, value: notifications.get(id) };
    case 'channel': {
      const row = channels.get(id);
      return { entity, id, value: row && channels.shown(row) };
    }
    case 'heartbeat':
      return { entity, id, value: heartbeats.service.get(id) };
    case 'bulk':
      return { entity, id, value: bulk.get(id) };
    case 'suppression':
    case 'rejected':
    case 'mappings':
    case 'mail_rules':
    case 'views':
    case 'routes':
      return { entity };
    case 'settings':
      return { entity, value: settings.current() };
    case 'status':
      return { entity, value: status.status() };
    case 'token':
    case 'tokens':
      return { entity: 'tokens' };
    case 'everything':
      return null;
  }
}
