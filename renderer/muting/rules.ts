import type { Inhibition } from '../../main/contract/suppression.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FollowedList } from '../live/followed-list.svelte.ts';
import type { MaintenanceWindow } from './maintenance-form.svelte.ts';
import { RuleActions } from './rule-actions.svelte.ts';

/** What can be done to a maintenance window in a list. It is sent whole, without what the host adds to it. */
export const maintenanceActions = (
  client: WindowClient,
  list: FollowedList<MaintenanceWindow>,
  notices: Notices,
): RuleActions<MaintenanceWindow> =>
  new RuleActions(list, notices, {
    setEnabled: ({ id, name, matchers, schedule, comment }, enabled) =>
      client.call('maintenance.update', { id, name, enabled, matchers, schedule, comment }),
    delete: (id) => client.call('maintenance.delete', { id }),
  });

/** The same for an inhibition. */
export const inhibitionActions = (
  client: WindowClient,
  list: FollowedList<Inhibition>,
  notices: Notices,
): RuleActions<Inhibition> =>
  new RuleActions(list, notices, {
    setEnabled: ({ id, name, sourceMatchers, targetMatchers, equal }, enabled) =>
      client.call('inhibitions.update', {
        id,
        name,
        enabled,
        sourceMatchers,
        targetMatchers,
        equal,
      }),
    delete: (id) => client.call('inhibitions.delete', { id }),
  });
