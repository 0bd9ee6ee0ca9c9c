import { isInStep, type ClusterCore } from '../contract/cluster.ts';
import type { Messages } from './messages.ts';

/** Returns what a core of a cluster does; `moment` writes a time, ms UTC. */
export function clusterCoreText(
  messages: Messages,
  core: ClusterCore,
  moment: (at: number) => string,
): string {
  switch (core.state) {
    case 'following':
      return isInStep(core)
        ? messages.text('cluster.core.inStep')
        : messages.text('cluster.core.behind', { behind: core.behind });
    case 'missing':
      return messages.text('cluster.core.missing', { at: moment(core.missingSince ?? 0) });
    default:
      return messages.text(`cluster.core.${core.state}`);
  }
}
