import type { ChannelPause } from '../contract/channel.ts';
import { timeText } from './message-text.ts';

/** Returns true while a pause holds a channel's lane. One whose end has passed holds nothing, recorded or not. */
export const isPaused = ({ paused }: { paused: ChannelPause | null }, now: number): boolean =>
  paused !== null && (paused.until === null || paused.until > now);

/** For people; fits behind "held by". */
export const channelPauseText = ({ until }: ChannelPause): string =>
  until === null
    ? 'a pause of this channel, until it is resumed'
    : `a pause of this channel until ${timeText(until)}`;
