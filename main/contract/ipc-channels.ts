/** Names of the channels between the window's preload and the main process. */
export const IPC = {
  /** Window to main, with an answer: (name, input, core) → Result. */
  call: 'belfry:call',
  /** The same for methods of the desktop itself: (name, input) → Result. */
  desktop: 'belfry:desktop',
  /** Window to main: (subscription, core). From now on it receives push messages, `hello` first. */
  subscribe: 'belfry:subscribe',
  /** Window to main: (subscription). */
  unsubscribe: 'belfry:unsubscribe',
  /** Main to window: (subscription, message). */
  push: 'belfry:push',
  /** Window to main: (subscription). It has one pushed message more. */
  received: 'belfry:received',
} as const;
