import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import type { Input } from '../contract/methods.ts';
import type { Messages } from '../messages/messages.ts';
import type { Result } from '../contract/result.ts';
import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import { alertActions } from '../transport/alert-actions.ts';
import { opening } from './own-notices.ts';

/** A pause from the tray. */
const HOUR_MS = 3_600_000;
/** The hour at which a pause for the night ends, by this machine's clock. */
export const MORNING_HOUR = 8;

export interface TrayActionsOptions {
  readonly core: Pick<Client, 'call'>;
  /** Shows the person at the tray what they cannot see there. */
  readonly notify: (notice: DesktopNotice) => void;
  readonly messages: () => Messages;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** The message of each action where it failed. */
const FAILED = {
  requeue: 'tray.failed.requeue',
  pause: 'tray.failed.pause',
  resume: 'tray.failed.resume',
  test: 'tray.failed.test',
} as const;

/** The shortest pause that the core takes. */
const PAUSE_MIN_MS = 60_000;

/** Returns how long it is until the next morning, in ms. */
function untilMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  if (morning.getTime() - now < PAUSE_MIN_MS) morning.setDate(morning.getDate() + 1);
  return morning.getTime() - now;
}

/** The actions of the tray's menu. A failure is shown as a notification. */
export function coreActions(options: TrayActionsOptions) {
  const { core, notify, messages, clock, logger } = options;
  const act = alertActions(options);
  const say = (title: string, body: string, route: string | null = null): void =>
    notify({ tag: 'belfry-tray', title, body, urgency: 'normal', ...opening(messages(), route) });

  const report = (action: keyof typeof FAILED, result: Result<unknown>): void => {
    if (result.ok) return;
    logger.log('warn', 'an action of the tray failed', { action, code: result.error.code });
    say(messages().text(FAILED[action]), result.error.message);
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

  const pause = async (input: Input<'deliveries.pause'>): Promise<void> =>
    report('pause', await core.call('deliveries.pause', input));

  return {
    acknowledge: (id: string) => act('acknowledge', id),
    snooze: (id: string) => act('snooze', id),
    /** All dead letters but the obsolete ones. */
    requeue: async () =>
      report('requeue', await core.call('notifications.requeueMany', { filter: {} })),
    pauseForHour: () => pause({ durationMs: HOUR_MS }),
    pauseUntilMorning: () => pause({ durationMs: untilMorning(clock.now()) }),
    pauseUntilResumed: () => pause({}),
    resume: async () => report('resume', await core.call('deliveries.resume', {})),
    testAll,
  };
}
