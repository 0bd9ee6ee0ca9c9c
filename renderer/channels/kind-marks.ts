import type { ChannelKind } from '../../main/contract/channel-kind.ts';

/** Our own mark of each kind of channel, as lines on a 20 × 20 grid. Each is decoration beside the name. */
export const KIND_PATHS: Readonly<Record<ChannelKind, string>> = {
  apprise: 'M3 10h4M7 10c3 0 2-5 6-5h3M7 10h9M7 10c3 0 2 5 6 5h3',
  desktop: 'M3 4h14v9H3zM7 16.5h6M10 13v3.5',
  discord: 'M3 4h14v10H9l-4 3v-3H3zM7.5 9v.1M12.5 9v.1',
  gotify: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 13.5v-7M7 9.5l3-3 3 3',
  matrix: 'M6 3H3v14h3M14 3h3v14h-3M7 12.5V8l3 3 3-3v4.5',
  mattermost: 'M6 5a6.5 6.5 0 1 0 8 0M10 3v6',
  mqtt: 'M4 10a6 6 0 0 1 6 6M4 5a11 11 0 0 1 11 11M4.5 15.5v.1',
  ntfy: 'M3 4h14v10H8l-4 3v-3H3zM6.5 7l2 2-2 2M11 11h3',
  pushover: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM8.5 14V6.5h2a2.2 2.2 0 0 1 0 4.5h-2',
  slack: 'M7.5 3 6 17M14 3l-1.5 14M3.5 7.5H17M3 12.5h13.5',
  smtp: 'M3 5h14v10H3zM3 5.5l7 5 7-5',
  teams:
    'M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2.5 16c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5M13.5 9a2 2 0 1 0 0-4M14 11.7c2 0 3.5 1.3 3.5 4.3',
  telegram: 'M17 3 9 11M17 3l-5 14-3-6-6-3 14-5Z',
  webhook:
    'M10 8a2.5 2.5 0 1 0-2.2-1.3L5.5 11M5 11a2.5 2.5 0 1 0 2.5 2.5H14M15 16a2.5 2.5 0 1 0-2-4l-2-4',
};
