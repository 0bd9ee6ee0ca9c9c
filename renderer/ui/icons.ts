/** Line icons on a 20 × 20 grid. All are decoration: the words stand beside them. */
export const ICON_PATHS = {
  alerts: 'M10 3a4.5 4.5 0 0 0-4.5 4.5V11L4 13.5h12L14.5 11V7.5A4.5 4.5 0 0 0 10 3ZM8.5 16.5h3',
  'dead-letters': 'M3 5.5h14v9H3zM3 6l7 5 7-5M12.5 15.5l4 3M16.5 15.5l-4 3',
  deliveries: 'M17 3 9 11M17 3l-5 14-3-6-6-3 14-5Z',
  channels:
    'M10 10v.01M6.8 13.2a4.5 4.5 0 0 1 0-6.4M13.2 6.8a4.5 4.5 0 0 1 0 6.4M4.3 15.7a8 8 0 0 1 0-11.4M15.7 4.3a8 8 0 0 1 0 11.4',
  heartbeats: 'M2 10h4l2-5 4 10 2-5h4',
  routing: 'M4 3v6c0 3 12 1 12 6v2M16 3v6c0 3-12 1-12 6v2M14 15l2 2 2-2M2 15l2 2 2-2',
  muting: 'M3 8v4h3l5 4V4L6 8H3ZM14 8l4 4M18 8l-4 4',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  more: 'M4 9.5h1v1H4zM9.5 9.5h1v1h-1zM15 9.5h1v1h-1z',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5l4 4 8-9',
  warning: 'M10 3.5 2.5 16.5h15L10 3.5ZM10 8.5v3.5M10 14.2v.1',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6 4l10 6-10 6V4Z',
  copy: 'M7 7h9v9H7zM4 12.5V4h8.5',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4',
  add: 'M10 4v12M4 10h12',
  external: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7',
  offline:
    'M3 3l14 14M6 11a6 6 0 0 1 2-1.4M3 8a10 10 0 0 1 3-2M10 15v.01M12 9.3a6 6 0 0 1 2 1.7M9.5 5a10 10 0 0 1 7.5 3',
  none: 'M10 3a4.5 4.5 0 0 0-4.5 4.5V11L4 13.5h12L14.5 11V7.5A4.5 4.5 0 0 0 10 3ZM8.5 16.5h3M3 3l14 14',
  up: 'M10 16V4M5 9l5-5 5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  undo: 'M7.5 4.5 4 8l3.5 3.5M4 8h8a4 4 0 0 1 0 8H8',
  moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3Z',
  hourglass: 'M5.5 3h9M5.5 17h9M6.5 3v3l7 8v3M13.5 3v3l-7 8v3',
  fork: 'M3 10h4c4 0 3-5 7-5h2.5M7 10c4 0 3 5 7 5h2.5M14 2.5 16.5 5 14 7.5M14 12.5l2.5 2.5-2.5 2.5',
  repeat: 'M4 9a6 6 0 0 1 10.6-3.2L16.5 8M16.5 4v4h-4M16 11a6 6 0 0 1-10.6 3.2L3.5 12M3.5 16v-4h4',
  wave: 'M2 13.5h3v-7h3.3v7h3.4v-7H15v7h3',
} as const;
export type IconName = keyof typeof ICON_PATHS;
