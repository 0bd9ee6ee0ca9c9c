import type { Core } from '../../main/contract/desktop-core.ts';
import { initialOf } from '../../main/messages/initial.ts';
import { messages, text } from '../messages/text.svelte.ts';

/** Returns the name of a core; the local one has none of its owner's. */
export const coreName = ({ name }: Pick<Core, 'name'>): string => name ?? text('cores.local');

/** Returns the first letter of a name, for the mark beside it. */
export const coreInitial = (core: Pick<Core, 'name'>): string =>
  initialOf(messages(), coreName(core));

/** Returns the state of a core with its open alerts. */
export function coreSummary({ state, alerts }: Core): string {
  if (state !== 'connected' || alerts === null) return text(`cores.state.${state}`);
  return text('cores.openAlerts', { count: alerts.open });
}
