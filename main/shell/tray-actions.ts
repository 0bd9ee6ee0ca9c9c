import type { Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import type { Messages } from '../messages/messages.ts';
import type { Result } from '../contract/result.ts';
import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import { opening } from './own-notices.ts';

const PAUSE_MS = 3_600_000;

export interface TrayActionsOptions {
  readonly core: Pick<Client, 'call'>;
  /** Shows the person at the tray what they cannot see there. */
  readonly notify: (notice: DesktopNotice) => void;
  readonly messages: () => Messages;
  readonly logger: Logger;
}

/** The actions of the tray's menu. A failure is shown as a notification. */
export function coreActions({ core, notify, messages, logger }: TrayActionsOptions) {
  const say = (title: string, body: string, route: string | null = null): void =>
    notify({ tag: 'belfry-tray', title, body, urgency: 'normal', ...opening(messages(), route) });

  const report = (action: 'pause' | 'resume' | 'test', result: Result<unknown>): void => {
    if (result.ok) return;
    logger.log('warn', 'an action of the tray failed', { action, code: result.error.code });
    say(messages().text(`tray.failed.${action}`), result.error.message);
  };

  const testAll = async (): Promise<void> => {
    const channels = await core.call('channels.list', {});
    if (!channels.ok) return report('test', channels);
    const enabled = channels.value.items.filter((channel) => channel.enabled);
    if (enabled.length === 0) {
      const title = messages().text('tray.noChannelTitle');
      return say(title, messages().text('tray.noChannelBody'), '#/channels');
    }
    const results = await Promise.all(enabled.map(({ id }) => core.call('channels.test', { id })));
    for (const result of results) report('test', result);
  };

  return {
    pause: async () =>
      report('pause', await core.call('deliveries.pause', { durationMs: PAUSE_MS })),
    resume: async () => report('resume', await core.call('deliveries.resume', {})),
    testAll,
  };
}
