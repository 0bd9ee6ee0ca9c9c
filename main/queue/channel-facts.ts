import type { Channel } from '../contract/channel.ts';
import { messagesFor } from '../messages/messages.ts';
import { renderFailure } from '../messages/reasons.ts';
import type { ChannelRow } from '../store/channel-table.ts';

/** The channel as the contract shows it: nothing of the sealed configuration. */
export const toChannel = (row: ChannelRow, target: string): Channel => {
  const { sealedConfig: _, configured, shownConfig, health, attention, ...shown } = row;
  const english = messagesFor('en');
  return {
    ...shown,
    target,
    configured: [...configured],
    config: shownConfig,
    health: { ...health, lastFailure: renderFailure(english, health) },
    attention: attention && { ...attention, message: renderFailure(english, attention) ?? '' },
  };
};

/** Returns true if what is queued for it waits, without any limit, for a person or for the end of a pause. */
export const isHeld = ({ enabled, attention, paused }: ChannelRow): boolean =>
  !enabled || attention?.holds === true || paused !== null;
