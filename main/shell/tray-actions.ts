import type { Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import type { Result } from '../contract/result.ts';
import type { DesktopNotice } from '../channels/desktop-notifier.ts';

const PAUSE_MS = 3_600_000;

export interface TrayActionsOptions {
  readonly core: Pick<Client, 'call'>;
  /** Tells the person at the tray what they cannot see there. */
  readonly tell: (notice: DesktopNotice) => void;
  readonly logger: Logger;
}

/** What the tray's menu asks of the core. Whatever goes wrong is told where it was asked for. */
export function coreActions({ core, tell, logger }: TrayActionsOptions) {
  const say = (title: string, body: string, route: string | null = null): void =>
    tell({ tag: 'belfry-tray', title, body, urgency: 'normal', route });

  const report = (action: string, result: Result<unknown>): void => {
    if (result.ok) return;
    logger.log('warn', 'an action of the tray failed', { action, code: result.error.code });
    say(`Belfry could not ${action}`, result.error.message);
  };

  const testAll = async (): Promise<void> => {
    const channels = await core.call('channels.list', {});
    if (!channels.ok) return report('send a test', channels);
    const enabled = channels.value.items.filter((channel) => channel.enabled);
    if (enabled.length === 0) {
      return say('No channel is enabled', 'Nobody would be told. Add or enable one.', '#/channels');
    }
    const results = await Promise.all(enabled.map(({ id }) => core.call('channels.test', { id })));
    for (const result of results) report('send a test', result);
  };

  return {
    pause: async () =>
      report('pause deliveries', await core.call('deliveries.pause', { durationMs: PAUSE_MS })),
    resume: async () => report('resume deliveries', await core.call('deliveries.resume', {})),
    testAll,
  };
}
