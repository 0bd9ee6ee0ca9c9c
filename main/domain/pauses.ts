import type { ChannelPause } from '../contract/channel.ts';
import type { HoldReason } from '../contract/reasons/hold-reasons.ts';
import type { DeliveryPause } from '../contract/system.ts';

/** Returns true while a pause holds a channel's lane. One whose end has passed holds nothing, recorded or not. */
export const isPaused = ({ paused }: { paused: ChannelPause | null }, now: number): boolean =>
  paused !== null && (paused.until === null || paused.until > now);

export const channelPauseReason = ({ until }: ChannelPause): HoldReason =>
  until === null
    ? { code: 'hold.channel_pause_open', params: {} }
    : { code: 'hold.channel_pause', params: { until } };

export const deliveryPauseReason = ({ until }: DeliveryPause): HoldReason =>
  until === null
    ? { code: 'hold.pause_open', params: {} }
    : { code: 'hold.pause', params: { until } };
