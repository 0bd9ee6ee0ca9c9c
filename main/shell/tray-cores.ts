import { initialOf } from '../messages/initial.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import type { CoreConnection } from './cores/remote-core.ts';
import type { CoreState } from './core-watch.ts';
import { trayView, type TrayIcon, type TrayView } from './tray-view.ts';

/** A core elsewhere, as the tray shows it. */
export interface TrayCore {
  readonly id: string;
  readonly name: string;
  readonly connection: CoreConnection;
  /** The state that was seen last; null until one was. */
  readonly shown: CoreState | null;
}

/** The cores that the tray shows besides the local one. */
export interface TrayCores {
  readonly isLocalOn: boolean;
  readonly elsewhere: readonly TrayCore[];
}

/** A core elsewhere as a submenu. */
export interface TrayCoreView {
  readonly id: string;
  /** Its initial, name and state. */
  readonly label: string;
  readonly view: TrayView;
}

/** The icons, the one that is shown first among several cores first. */
const WORST_FIRST: readonly TrayIcon[] = [
  'unwritable',
  'critical',
  'dead',
  'down',
  'warning',
  'paused',
  'info',
  'ok',
];

/** Returns the view of a core elsewhere: without a connection why, and nothing of what may be stale. */
function coreView(messages: Messages, { name, connection, shown }: TrayCore): TrayView {
  const isConnected = connection.state === 'connected';
  if (isConnected && shown !== null) return trayView(messages, shown);
  const view = trayView(messages, null);
  const summary = messages.text(
    connection.state === 'connected' ? 'cores.state.connecting' : `cores.state.${connection.state}`,
  );
  const notes = connection.reason === null ? [] : [renderReason(messages, connection.reason)];
  const isWaiting = connection.state === 'connecting' || isConnected;
  return { ...view, icon: isWaiting ? 'ok' : 'down', summary, tooltip: name, notes };
}

/**
 * Returns what the tray shows of several cores: of the local one as if it were alone, with the worst icon of all and
 * the alerts of all counted, and the others beside it.
 */
export function trayOfCores(
  messages: Messages,
  local: CoreState | null,
  { isLocalOn, elsewhere }: TrayCores,
): { readonly view: TrayView; readonly cores: readonly TrayCoreView[] } {
  const own = trayView(messages, local);
  if (elsewhere.length === 0) return { view: own, cores: [] };
  const cores = elsewhere.map((core) => {
    const view = coreView(messages, core);
    const { id, name } = core;
    const params = { initial: initialOf(messages, name), name, summary: view.summary };
    return { id, view, label: messages.text('tray.core', params) };
  });
  const views = [...(isLocalOn ? [own] : []), ...cores.map(({ view }) => view)];
  const isDown = isLocalOn && own.icon === 'down';
  const worst = WORST_FIRST.find((icon) => views.some((view) => view.icon === icon)) ?? 'ok';
  const facts = [
    ...(isLocalOn ? [`${messages.text('cores.local')}: ${own.summary}`] : []),
    ...elsewhere.map(({ name }, at) => `${name}: ${cores[at]?.view.summary ?? ''}`),
  ];
  const view: TrayView = {
    ...own,
    icon: isDown ? 'down' : worst,
    tooltip: messages.text('tray.tooltip', { facts: facts.join(', ') }),
    summary: isLocalOn ? (facts[0] ?? '') : messages.text('tray.localOff'),
    notes: isLocalOn ? own.notes : [],
    count: views.reduce((sum, { count }) => sum + count, 0),
  };
  return { view, cores };
}
