import type { Change } from '../contract/push.ts';
import type { Core } from '../core.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { ChangedEntity } from '../transport/push-hub.ts';

/** The latest state of what changed, as windows see it. Tokens are no business of a `read` window's. */
export function latestState(
  core: Core,
  board: StatusBoard,
): (changed: ChangedEntity) => Change | null {
  return ({ entity, id = '' }) => {
    switch (entity) {
      case 'alert':
        return { entity, id, value: core.alerts.get(id) };
      case 'notification':
        return { entity, id, value: core.notifications.get(id) };
      case 'channel': {
        const row = core.channels.get(id);
        return { entity, id, value: row && core.channels.shown(row) };
      }
      case 'heartbeat':
        return { entity, id, value: core.heartbeats.book.get(id) };
      case 'bulk':
        return { entity, id, value: core.bulk.get(id) };
      case 'suppression':
      case 'rejected':
      case 'mappings':
      case 'routes':
        return { entity };
      case 'settings':
        return { entity, value: core.settings.current() };
      case 'status':
        return { entity, value: board.status() };
      case 'token':
      case 'everything':
        return null;
    }
  };
}
